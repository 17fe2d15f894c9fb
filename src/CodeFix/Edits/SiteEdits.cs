using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>
/// Turns a call of the factory into one of <c>pbn.PatchBatchNorm2d</c>: the called name changes, the arguments stay, and
/// what the layer needs more is named and comes last.
/// </summary>
internal static class SiteEdits
{
    public static IEnumerable<Edit> For(SiteUse site, LayerOptions options, NameForms forms)
    {
        var path = site.Source.Path;
        foreach (var (span, text) in CalledName(site.Syntax, forms).Concat(AddedArguments(site.Syntax.ArgumentList, options)))
        {
            yield return new Edit(path, span, text, site.Slot);
        }
    }

    private static IEnumerable<(TextSpan Span, string Text)> CalledName(InvocationExpressionSyntax call, NameForms forms)
    {
        var factory = forms.Factory(call.SpanStart);
        if (call.Expression is not MemberAccessExpressionSyntax access)
        {
            yield return (call.Expression.Span, factory + "." + NormSymbols.PatchBatchNorm2d);
            yield break;
        }

        // The dot between receiver and name stays, with the line breaks and comments around it.
        yield return (access.Name.Span, NormSymbols.PatchBatchNorm2d);
        var tokens = access.Expression.DescendantTokens().ToList();
        if (!access.Expression.DescendantTrivia().Any(IsComment))
        {
            yield return (access.Expression.Span, factory);
            yield break;
        }

        yield return (tokens[0].Span, factory);
        foreach (var token in tokens.Skip(1))
        {
            yield return (token.Span, "");
        }
    }

    private static IEnumerable<(TextSpan Span, string Text)> AddedArguments(ArgumentListSyntax arguments, LayerOptions options)
    {
        var (rows, columns) = options.Grid!.Value;
        var added = $"grid: ({rows}, {columns})";
        var last = arguments.Arguments.Last();
        if (IndentationOfOwnLine(last) is { } indentation && LineBreakBefore(last) is { } newLine)
        {
            // One argument a line: the comma goes to the last argument, the new one to a line below its comment.
            var end = EndOfLineAfter(last);
            if (end == last.Span.End)
            {
                yield return (new TextSpan(end, 0), "," + newLine + indentation + added);
            }
            else
            {
                yield return (new TextSpan(last.Span.End, 0), ",");
                yield return (new TextSpan(end, 0), newLine + indentation + added);
            }

            yield break;
        }

        yield return (new TextSpan(EndWithComment(last), 0), ", " + added);
    }

    /// <summary>The indentation of an argument that begins its line, in a list that begins a line before it; else null.</summary>
    private static string? IndentationOfOwnLine(ArgumentSyntax argument)
    {
        var token = argument.GetFirstToken();
        if (!token.GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia))
        {
            return null;
        }

        var indentation = token.LeadingTrivia.LastOrDefault();
        return indentation.IsKind(SyntaxKind.WhitespaceTrivia) ? indentation.ToString() : "";
    }

    private static string? LineBreakBefore(ArgumentSyntax argument)
    {
        var trivia = argument.GetFirstToken().GetPreviousToken().TrailingTrivia.FirstOrDefault(each => each.IsKind(SyntaxKind.EndOfLineTrivia));
        return trivia == default ? null : trivia.ToString();
    }

    /// <summary>The end of what stands on the last argument's line: the argument or a comment behind it.</summary>
    private static int EndOfLineAfter(ArgumentSyntax argument)
    {
        var comments = argument.GetLastToken().TrailingTrivia.Where(IsComment).ToList();
        return comments.Count == 0 ? argument.Span.End : comments[comments.Count - 1].Span.End;
    }

    /// <summary>The end of an argument with the block comments behind it, which speak of it.</summary>
    private static int EndWithComment(ArgumentSyntax argument)
    {
        var comments = argument.GetLastToken().TrailingTrivia.TakeWhile(trivia => !trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
            .Where(trivia => trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            .ToList();
        return comments.Count == 0 ? argument.Span.End : comments[comments.Count - 1].Span.End;
    }

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
}
