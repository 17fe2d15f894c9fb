using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Finds names by the text of a file: one without them is neither walked nor bound.</summary>
internal static class NamesInText
{
    /// <summary>Where the code of a file uses a name, by position; comments, strings and inactive code do not count.</summary>
    public static IEnumerable<SimpleNameSyntax> Of(string name, SyntaxTree tree, CancellationToken cancellationToken)
    {
        var text = Of(tree, cancellationToken);

        // A name can be written with escapes, which nobody does; strings with them are common enough.
        return text.Contains(@"\u") || text.Contains(@"\U")
            ? tree.GetRoot(cancellationToken).DescendantNodes().OfType<SimpleNameSyntax>().Where(use => use.Identifier.ValueText == name)
            : Of(name, text, tree, cancellationToken);
    }

    /// <summary>The whole text of a file.</summary>
    public static string Of(SyntaxTree tree, CancellationToken cancellationToken) => tree.GetText(cancellationToken).ToString();

    private static IEnumerable<SimpleNameSyntax> Of(string name, string text, SyntaxTree tree, CancellationToken cancellationToken)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            var token = tree.GetRoot(cancellationToken).FindToken(at);
            if (token.Span.Contains(at) && token.Parent is SimpleNameSyntax use && token.ValueText == name)
            {
                yield return use;
            }
        }
    }
}
