using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>What a file says, by its names, that matters in the other files of its compilation.</summary>
/// <param name="ConstructsLayer">Whether it constructs a PatchBatchNorm2d or converts a model to it.</param>
/// <param name="NamesGrid">Whether it names the runtime's type for grids.</param>
/// <param name="Aliases">What it calls BatchNorm2d by <c>using</c> or <c>global using</c>.</param>
internal sealed record FileNames(bool ConstructsLayer, bool NamesGrid, ImmutableArray<string> Aliases)
{
    // An editor makes a compilation with each key that is pressed, and all its files but one are those of the last.
    private static readonly ConditionalWeakTable<SyntaxTree, FileNames> Known = new();

    private static readonly FileNames None = new(false, false, ImmutableArray<string>.Empty);

    /// <summary>What each of a compilation's files says.</summary>
    public static IEnumerable<FileNames> In(Compilation compilation, CancellationToken cancellationToken) =>
        compilation.SyntaxTrees.Select(tree => Known.GetValue(tree, each => Of(each, cancellationToken)));

    // By name: a call of this name in a project that references the runtime is the runtime's, and to bind every file for the
    // case that it is not would cost more than the warning is worth. The text tells of most files that there is none.
    private static FileNames Of(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var text = NamesInText.Of(tree, cancellationToken);
        var constructsLayer = Calls(NormSymbols.PatchBatchNorm2d) || Calls(NormSymbols.ConvertPatchBatchNorm);
        var namesGrid = text.Contains(NormSymbols.PatchGrid);
        var aliases = text.Contains(NormSymbols.BatchNorm2d) ? AliasesIn(tree.GetRoot(cancellationToken)) : ImmutableArray<string>.Empty;
        return constructsLayer || namesGrid || !aliases.IsEmpty ? new FileNames(constructsLayer, namesGrid, aliases) : None;

        bool Calls(string method) => NamesInText.Of(method, tree, cancellationToken).Any(name => TypeNaming.CallOf(name) is not null);
    }

    private static ImmutableArray<string> AliasesIn(SyntaxNode root) => root
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<UsingDirectiveSyntax>()
        .Where(directive => directive.Alias is not null && TypeNaming.RightmostName(directive.NamespaceOrType)?.Identifier.ValueText == NormSymbols.BatchNorm2d)
        .Select(directive => directive.Alias!.Name.Identifier.ValueText)
        .ToImmutableArray();
}
