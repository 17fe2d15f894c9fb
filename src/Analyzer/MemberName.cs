using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Names the member that holds a piece of code, as messages, reports and <c>--sites</c> do.</summary>
internal static class MemberName
{
    /// <summary>
    /// <c>Type.Member</c>, <c>BasicBlock..ctor</c> for a constructor, <c>Program</c> in the statements of a top-level program.
    /// Types in types are <c>Outer.Inner.Member</c>; namespaces do not count.
    /// </summary>
    public static string Around(SyntaxNode node)
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
