using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Finds constructions in the code that <c>#if</c> leaves out, which is text without symbols: by name alone.</summary>
internal static class InactiveCode
{
    private static readonly Regex Construction = new(@"\bBatchNorm2d(?=\s*\()", RegexOptions.CultureInvariant);

    /// <summary>The spans of the called names.</summary>
    public static IEnumerable<TextSpan> Constructions(SyntaxNode root) =>
        from trivia in root.DescendantTrivia()
        where trivia.IsKind(SyntaxKind.DisabledTextTrivia)
        from Match match in Construction.Matches(trivia.ToString())
        select new TextSpan(trivia.SpanStart + match.Index, match.Length);
}
