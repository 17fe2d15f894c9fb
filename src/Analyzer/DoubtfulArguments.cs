using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Tells by their syntax where the layer's arguments may be out of range.</summary>
internal static class DoubtfulArguments
{
    private static readonly string[] Methods = [NormSymbols.PatchBatchNorm2d, NormSymbols.ConvertPatchBatchNorm, "patch_batch_norm"];
    private static readonly string[] Properties = ["grid", "global_weight", "statistics", "layout", "warmup_batches"];

    /// <summary>
    /// The names that a member has to use to break the rule, in a file of a compilation that names the type of grids nowhere;
    /// without those beside which all values are in range as they are written.
    /// </summary>
    public static IEnumerable<SimpleNameSyntax> NamedIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        Methods.SelectMany(method => NamesInText.Of(method, tree, cancellationToken)).Where(IsDoubtfulCall)
            .Concat(Properties.SelectMany(property => NamesInText.Of(property, tree, cancellationToken)).Where(IsDoubtfulProperty));

    // The first argument of each method is none that the rule is about.
    private static bool IsDoubtfulCall(SimpleNameSyntax name)
    {
        var arguments = TypeNaming.CallOf(name)?.ArgumentList.Arguments ?? [];
        for (var index = 0; index < arguments.Count; index++)
        {
            var parameter = arguments[index].NameColon?.Name.Identifier.ValueText;
            if ((parameter is null ? index > 0 : Properties.Contains(parameter)) && !IsInRange(parameter, arguments[index].Expression))
            {
                return true;
            }
        }

        return false;
    }

    // A grid that is read can be the one that a pair beside it becomes.
    private static bool IsDoubtfulProperty(SimpleNameSyntax name) =>
        TypeNaming.WholeName(name) is var target && target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target
            ? !IsInRange(name.Identifier.ValueText, assignment.Right)
            : name.Identifier.ValueText == "grid" && (target != name || name.Parent is MemberBindingExpressionSyntax or NameColonSyntax { Parent: SubpatternSyntax });

    /// <summary>Whether a value is in range for sure, for a parameter or property that may not be known.</summary>
    private static bool IsInRange(string? name, ExpressionSyntax value) => value switch
    {
        TupleExpressionSyntax pair => pair.Arguments.All(side => side.Expression is LiteralExpressionSyntax { Token.Value: int and >= 1 }),
        LiteralExpressionSyntax { Token.Value: double weight } => LayerRanges.IsGlobalWeight(weight),
        LiteralExpressionSyntax { Token.Value: int batches } => name == "warmup_batches" && LayerRanges.IsWarmupBatches(batches),
        LiteralExpressionSyntax literal => literal.Kind() is SyntaxKind.TrueLiteralExpression or SyntaxKind.FalseLiteralExpression or SyntaxKind.NullLiteralExpression,
        MemberAccessExpressionSyntax { Expression: var type } =>
            TypeNaming.RightmostName(type)?.Identifier.ValueText is NormSymbols.PatchStatistics or NormSymbols.PatchLayout,
        _ => false,
    };
}
