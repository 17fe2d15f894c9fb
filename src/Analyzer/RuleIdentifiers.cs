namespace PbnRewriter;

/// <summary>The identifiers of the rules and where each is documented.</summary>
public static class RuleIdentifiers
{
    /// <summary>A BatchNorm2d construction that can be a PatchBatchNorm2d.</summary>
    public const string BatchNormConstruction = "PBN0001";

    /// <summary>A type test that sees BatchNorm2d only, where PatchBatchNorm2d is constructed too.</summary>
    public const string BlindTypeTest = "PBN0002";

    /// <summary>A constant argument of the layer that is outside its range.</summary>
    public const string ArgumentOutOfRange = "PBN0003";

    /// <summary>An option in .editorconfig that cannot be read.</summary>
    public const string UnreadableOption = "PBN0004";

    internal const string Category = "Robustness";

    internal static string HelpLink(string rule) =>
        $"https://github.com/pbn-rewriter/pbn-rewriter/blob/main/docs/rules/{rule}.md";
}
