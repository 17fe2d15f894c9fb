namespace PbnRewriter;

/// <summary>The identifiers of the rules and where each is documented.</summary>
public static class RuleIdentifiers
{
    /// <summary>A BatchNorm2d construction that can be a PatchBatchNorm2d.</summary>
    public const string BatchNormConstruction = "PBN0001";

    internal const string Category = "Robustness";

    internal static string HelpLink(string rule) =>
        $"https://github.com/pbn-rewriter/pbn-rewriter/blob/main/docs/rules/{rule}.md";
}
