using System.Collections.Immutable;

namespace PbnRewriter.Cli.Loading;

/// <summary>What MSBuild's evaluation says of a project, as far as frameworks and references are concerned.</summary>
/// <param name="FilePath">The project file.</param>
/// <param name="Frameworks">The target frameworks; none where the project is not of the SDK.</param>
/// <param name="Items">PackageReference, PackageVersion, ProjectReference and Reference items.</param>
/// <param name="ManagesVersionsCentrally">Whether versions are written as PackageVersion items.</param>
/// <param name="AllowsVersionOverride">Whether a reference may have a version of its own where they are managed centrally.</param>
/// <param name="TakesTransitiveProjects">Whether the projects that a referenced project references come along.</param>
/// <param name="ForeignFolders">Where files are that nobody edits: the SDK and the package folder.</param>
/// <param name="PassedOver">What the evaluation passed over, such as an import that is not there; null where nothing was.</param>
internal sealed record EvaluatedProject(
    string FilePath,
    ImmutableArray<string> Frameworks,
    ImmutableArray<EvaluatedItem> Items,
    bool ManagesVersionsCentrally,
    bool AllowsVersionOverride,
    bool TakesTransitiveProjects,
    ImmutableArray<string> ForeignFolders,
    string? PassedOver)
{
    /// <summary>Whether a package or assembly of TorchSharp is asked for.</summary>
    public bool NamesTorchSharp => Items.Any(item =>
        item.Type is "PackageReference" or "Reference" && TorchSharpName.IsPackage(item.Include));

    /// <summary>The items of a type that stand in files a person owns.</summary>
    public IEnumerable<EvaluatedItem> Own(string type) => Items.Where(item =>
        item.Type == type && !ForeignFolders.Any(folder => FilePaths.IsBelow(folder, item.File)));
}

/// <summary>An item and the element that it was written as.</summary>
/// <param name="Type">The item's type, PackageReference say.</param>
/// <param name="Include">The evaluated identity.</param>
/// <param name="File">The file that holds the element.</param>
/// <param name="Line">The element's line, counted from 1.</param>
/// <param name="Column">The element's column, counted from 1.</param>
/// <param name="Condition">The condition on the element itself, empty where there is none.</param>
/// <param name="IsConditional">Whether the element or what contains it has a condition.</param>
internal sealed record EvaluatedItem(
    string Type, string Include, string File, int Line, int Column, string Condition, bool IsConditional);
