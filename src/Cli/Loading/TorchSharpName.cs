namespace PbnRewriter.Cli.Loading;

/// <summary>TorchSharp as packages and metadata spell it. The tool knows it by name and never loads it.</summary>
internal static class TorchSharpName
{
    /// <summary>The package with the managed API, and the root namespace.</summary>
    public const string Root = "TorchSharp";

    /// <summary>The static class under which everything is found.</summary>
    public const string Torch = "TorchSharp.torch";

    /// <summary>The class that rewritten code calls.</summary>
    public const string Pbn = "PbnRewriter.Runtime.pbn";

    /// <summary>TorchSharp itself and its bundles, TorchSharp-cpu, TorchSharp-cuda-linux and so on.</summary>
    public static bool IsPackage(string name)
    {
        // An assembly reference may go on with ", Version=...".
        name = name.Split(',')[0].Trim();
        return name.Equals(Root, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith($"{Root}-", StringComparison.OrdinalIgnoreCase);
    }
}
