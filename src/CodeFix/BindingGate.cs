using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>
/// Finds the calls that compile after a rewrite and mean something else: a parameter that became BatchNorm takes the
/// BatchNorm1d of a call that was another overload's. What such a parameter or argument shares its type with is taken back.
/// </summary>
internal static class BindingGate
{
    private const string Constructor = ".ctor";

    /// <summary>Takes groups back; false where every call binds as before.</summary>
    public static async Task<bool> TakeBackAsync(
        Solution before, Solution after, FlowGraph graph, RewritePlan plan, ILookup<string, Edit> edits, CancellationToken cancellationToken)
    {
        // PatchBatchNorm2d takes what it replaces and nothing more: only the base type can let others in.
        var widened = graph.TypeNames.Where(name => plan.VerdictOf(name.Slot) is Verdict.Base).ToList();
        if (widened.Count == 0)
        {
            return false;
        }

        var isTakenBack = false;
        var maps = edits.ToDictionary(file => file.Key, file => new TextMap(file), StringComparer.Ordinal);
        int Before(string path, int position) => maps.TryGetValue(path, out var map) ? map.Before(position) : position;
        var names = new HashSet<string>(widened.Select(name => OverloadName(name.Syntax)).OfType<string>(), StringComparer.Ordinal);
        foreach (var document in CompileGate.Affected(before, after).SelectMany(id => before.GetProject(id)!.Documents))
        {
            var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            var path = root!.SyntaxTree.FilePath;
            var calls = root.DescendantNodes()
                .Select(node => (Node: node, Name: CalledName(node)))
                .Where(call => call.Name.RawKind != 0 && (edits.Contains(path) || names.Contains(OverloadKey(call.Name))))
                .ToList();
            if (calls.Count == 0)
            {
                continue;
            }

            var old = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
            var @new = await after.GetDocument(document.Id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (call, name) in calls)
            {
                if ((maps.TryGetValue(path, out var map) ? map.After(name.SpanStart) : name.SpanStart) is { } position
                    && Called(old!, call) is { } was
                    && CallAt(@new!, position) is { } there
                    && Called(@new!, there) is { } @is
                    && !IsSame(was, @is, Before))
                {
                    var whole = call is SimpleNameSyntax ? call.FirstAncestorOrSelf<InvocationExpressionSyntax>() ?? call : call;
                    var causes = widened.Where(each => IsIn(each, @is, Before)).Select(each => each.Slot)
                        .Concat(graph.Uses.Where(use => use.Path == path && whole.Span.Contains(use.Span)).Select(use => use.Slot))
                        .Where(slot => plan.VerdictOf(slot) is Verdict.Base);
                    foreach (var slot in causes.Select(slot => slot.Root).Distinct().ToList())
                    {
                        slot.Facts.TakenBack ??= $"a call in {Path.GetFileName(path)} would be of another overload, {@is.ToDisplayString()}";
                        isTakenBack = true;
                    }
                }
            }
        }

        return isTakenBack;
    }

    /// <summary>What the calls of the member of a retyped parameter have in common; null for another type's name.</summary>
    private static string? OverloadName(SyntaxNode type) => type.FirstAncestorOrSelf<ParameterSyntax>()?.Parent?.Parent switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax or TypeDeclarationSyntax => Constructor,
        OperatorDeclarationSyntax @operator => @operator.OperatorToken.ValueText,
        IndexerDeclarationSyntax => "[",
        _ => null,
    };

    private static string OverloadKey(SyntaxToken called) => called.Parent switch
    {
        ConstructorInitializerSyntax or BaseObjectCreationExpressionSyntax => Constructor,
        ArgumentListSyntax { Parent: PrimaryConstructorBaseTypeSyntax } => Constructor,
        AssignmentExpressionSyntax => called.ValueText.TrimEnd('='),
        _ => called.ValueText,
    };

    /// <summary>The token by which a node names or calls a member that may have overloads; none for other nodes.</summary>
    private static SyntaxToken CalledName(SyntaxNode node) => node switch
    {
        // A call or, where it stands alone, a group of methods to choose from.
        SimpleNameSyntax name => name.Identifier,
        BaseObjectCreationExpressionSyntax creation => creation.NewKeyword,
        ConstructorInitializerSyntax initializer => initializer.ThisOrBaseKeyword,
        PrimaryConstructorBaseTypeSyntax parent => parent.ArgumentList.OpenParenToken,
        ElementAccessExpressionSyntax access => access.ArgumentList.OpenBracketToken,
        BinaryExpressionSyntax binary => binary.OperatorToken,
        AssignmentExpressionSyntax assignment => assignment.OperatorToken,
        _ => default,
    };

    private static SyntaxNode? CallAt(SemanticModel model, int position) =>
        model.SyntaxTree.GetRoot().FindToken(position) is var token
            ? token.Parent?.AncestorsAndSelf().FirstOrDefault(node => CalledName(node) == token)
            : null;

    /// <summary>The member that a call binds to; of overrides the first one, since another receiver type names another of them.</summary>
    private static ISymbol? Called(SemanticModel model, SyntaxNode call)
    {
        switch (model.GetSymbolInfo(call).Symbol)
        {
            case IMethodSymbol method:
                method = method.ReducedFrom ?? method;
                while (method.OverriddenMethod is { } overridden)
                {
                    method = overridden;
                }

                return method.OriginalDefinition;
            case IPropertySymbol { IsIndexer: true } indexer:
                while (indexer.OverriddenProperty is { } overridden)
                {
                    indexer = overridden;
                }

                return indexer.OriginalDefinition;
            default:
                return null;
        }
    }

    private static bool IsSame(ISymbol before, ISymbol after, Func<string, int, int> positionBefore)
    {
        if (before.DeclaringSyntaxReferences.FirstOrDefault() is not { } old || after.DeclaringSyntaxReferences.FirstOrDefault() is not { } @new)
        {
            // Compiled code does not change, and neither do constructors and members that the compiler adds.
            return before.ToDisplayString() == after.ToDisplayString() || (before.IsImplicitlyDeclared && after.IsImplicitlyDeclared);
        }

        return old.SyntaxTree.FilePath == @new.SyntaxTree.FilePath
            && old.Span.Start == positionBefore(old.SyntaxTree.FilePath, @new.Span.Start);
    }

    private static bool IsIn(TypeName name, ISymbol called, Func<string, int, int> positionBefore) =>
        called.DeclaringSyntaxReferences.FirstOrDefault() is { } declaration
        && declaration.SyntaxTree.FilePath == name.Source.Path
        && name.Syntax.FirstAncestorOrSelf<ParameterSyntax>()?.Parent?.Parent?.SpanStart
            == positionBefore(name.Source.Path, declaration.Span.Start);
}
