using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix;

/// <summary>A call of TorchSharp's <c>torch.nn.BatchNorm2d</c> factory.</summary>
/// <param name="DocumentId">The document that holds the call. A linked or multi-targeted file is several documents.</param>
/// <param name="Span">The span of the whole call expression in the document's text.</param>
/// <param name="Member">
/// The member that holds the call as <c>Type.Member</c>, <c>BasicBlock..ctor</c> for a constructor, <c>Program</c> in the
/// statements of a top-level program. Types in types are <c>Outer.Inner.Member</c>; namespaces do not count.
/// </param>
/// <param name="LeaveBecause">
/// Why the site is to stay a BatchNorm2d, in words for the report; null for one that is to be rewritten.
/// </param>
public sealed record Site(DocumentId DocumentId, TextSpan Span, string Member, string? LeaveBecause = null)
{
    internal static Site Of(DocumentId document, InvocationExpressionSyntax call) => new(document, call.Span, MemberAround(call));

    private static string MemberAround(SyntaxNode node)
    {
        // An extension block is a type without a name.
        var types = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().Reverse()
            .Select(type => type.Identifier.ValueText).Where(name => name.Length > 0).ToList();
        return types.Count == 0
            ? "Program"
            : string.Join(".", types.Append(NameOf(node.Ancestors().OfType<MemberDeclarationSyntax>().First())));
    }

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        EventDeclarationSyntax @event => @event.Identifier.ValueText,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
        IndexerDeclarationSyntax => "this[]",
        OperatorDeclarationSyntax @operator => "operator " + @operator.OperatorToken.ValueText,
        ConversionOperatorDeclarationSyntax => "operator",
        // A constructor, or the base call of a primary one.
        _ => ".ctor",
    };
}
