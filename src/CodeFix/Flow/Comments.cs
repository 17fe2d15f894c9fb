using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Tells the comments that an edit must not lose.</summary>
internal static class Comments
{
    public static bool IsComment(this SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
}
