namespace CrossDomain.Data;

/// <summary>What images are for. No image serves two of them.</summary>
internal enum Phase
{
    /// <summary>Training a network on other classes, which the runs then start from.</summary>
    Pretraining,

    /// <summary>Choosing learning rates.</summary>
    Development,

    /// <summary>The runs that the table is made of.</summary>
    Final,
}

/// <summary>Which part of a phase's images.</summary>
internal enum Split
{
    Train,
    Test,

    /// <summary>Both, for a domain that nothing is trained on.</summary>
    All,
}

/// <summary>A question for images.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Classes">The classes, whose order gives the labels.</param>
/// <param name="Phase">What the images are for.</param>
/// <param name="Split">Whether to train or to test with them.</param>
/// <param name="Seed">The seed of the run; of no account to a source that draws no images.</param>
/// <param name="Most">The most images to give.</param>
internal sealed record ImageQuery(string Domain, IReadOnlyList<string> Classes, Phase Phase, Split Split, int Seed, int Most);

/// <summary>Where images of several domains come from.</summary>
internal interface IImageSource
{
    /// <summary>The source of a folder of images, or the procedural one where there is none.</summary>
    /// <param name="root">The folder; null for drawn images.</param>
    /// <param name="size">Height and width of the images in pixels.</param>
    /// <exception cref="InputException">There is no such folder, or it is not of the layout.</exception>
    static IImageSource Open(string? root, int size) => root is null ? new ProceduralSource(size) : new FolderSource(root, size);

    /// <summary>The domains that there are; one that can be composed need not be among them.</summary>
    IReadOnlyList<string> Domains { get; }

    IReadOnlyList<string> Classes { get; }

    /// <summary>
    /// Whether each seed has images of its own. Where not, they are files, which training mirrors and crops; what is drawn has
    /// no need of it, and a mirrored image would have its light from the other side.
    /// </summary>
    bool DrawsImages { get; }

    /// <summary>Whether there is any image that answers a question.</summary>
    bool Has(ImageQuery query);

    /// <summary>The same question has the same answer, image by image.</summary>
    /// <exception cref="InputException">There is no such domain, or it has no such image.</exception>
    ImageSet Images(ImageQuery query);
}
