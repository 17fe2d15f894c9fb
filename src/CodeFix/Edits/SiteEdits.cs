using System.Globalization;
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
    /// <param name="site">The site.</param>
    /// <param name="options">What to construct.</param>
    /// <param name="isCast">Whether the layer is cast to its base type.</param>
    /// <param name="forms">The names at hand.</param>
    public static IEnumerable<Edit> For(SiteUse site, LayerOptions options, bool isCast, NameForms forms)
    {
        var path = site.Source.Path;
        var changes = CalledName(site.Syntax, forms).Concat(AddedArguments(site.Syntax, options, forms));
        foreach (var (span, text) in isCast ? Cast(site.Syntax, changes.ToList(), forms) : changes)
        {
            yield return new Edit(path, span, text, site.Slot) { Call = site.Syntax.SpanStart };
        }
    }

    private static IEnumerable<(TextSpan Span, string Text)> Cast(
        InvocationExpressionSyntax call, IReadOnlyList<(TextSpan Span, string Text)> changes, NameForms forms)
    {
        var isReceiver = call.Parent is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or PostfixUnaryExpressionSyntax;
        var cast = $"({forms.Type(NormSymbols.ModulesNamespace, NormSymbols.BatchNorm, call)})";
        foreach (var (span, text) in changes)
        {
            yield return (span, span.Start == call.SpanStart ? (isReceiver ? "(" : "") + cast + text : text);
        }

        if (isReceiver)
        {
            yield return (new TextSpan(call.Span.End, 0), ")");
        }
    }

    private static IEnumerable<(TextSpan Span, string Text)> CalledName(InvocationExpressionSyntax call, NameForms forms)
    {
        var factory = forms.Expression(NormSymbols.RuntimeNamespace, NormSymbols.Pbn, call.SpanStart);
        if (call.Expression is not MemberAccessExpressionSyntax access)
        {
            yield return (call.Expression.Span, factory + "." + NormSymbols.PatchBatchNorm2d);
            yield break;
        }

        // The dot between receiver and name stays, with the line breaks and comments around it.
        yield return (access.Name.Span, NormSymbols.PatchBatchNorm2d);
        var tokens = access.Expression.DescendantTokens().ToList();
        if (!access.Expression.DescendantTrivia().Any(Comments.IsComment))
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

    private static IEnumerable<(TextSpan Span, string Text)> AddedArguments(
        InvocationExpressionSyntax call, LayerOptions options, NameForms forms)
    {
        var arguments = call.ArgumentList;
        var added = Arguments(call, options, forms).ToList();
        var onOneLine = ", " + string.Join(", ", added);
        var last = arguments.Arguments.Last();
        if (arguments.CloseParenToken.LeadingTrivia.Any(trivia => trivia.IsDirective))
        {
            // A branch of an #if ends the list: behind it, the argument is there whichever branch is.
            yield return (new TextSpan(arguments.CloseParenToken.SpanStart, 0), onOneLine);
            yield break;
        }

        if (IndentationOfOwnLine(last) is { } indentation && LineBreakBefore(last) is { } newLine)
        {
            // One argument a line: the comma goes to the last argument, the new ones to lines below its comment.
            var lines = string.Join("," + newLine + indentation, added);
            var end = EndWith(last.GetLastToken().TrailingTrivia, last);
            if (end == last.Span.End)
            {
                yield return (new TextSpan(end, 0), "," + newLine + indentation + lines);
            }
            else
            {
                yield return (new TextSpan(last.Span.End, 0), ",");
                yield return (new TextSpan(end, 0), newLine + indentation + lines);
            }

            yield break;
        }

        // Block comments behind an argument speak of it; a line comment would swallow what comes after it.
        var trailing = last.GetLastToken().TrailingTrivia.TakeWhile(trivia => !trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));
        yield return (new TextSpan(EndWith(trailing, last), 0), onOneLine);
    }

    /// <summary>The grid, and what differs from the default that the factory has for it.</summary>
    private static IEnumerable<string> Arguments(InvocationExpressionSyntax call, LayerOptions options, NameForms forms)
    {
        var (rows, columns) = options.Grid!.Value;
        yield return $"grid: ({rows}, {columns})";
        if (options.GlobalWeight != LayerOptions.Default.GlobalWeight)
        {
            yield return "global_weight: " + options.GlobalWeight!.Value.ToString("R", CultureInfo.InvariantCulture);
        }

        if (options.Statistics != LayerOptions.Default.Statistics)
        {
            yield return $"statistics: {Enumeration(NormSymbols.PatchStatistics)}.{options.Statistics}";
        }

        if (options.Layout != LayerOptions.Default.Layout)
        {
            yield return $"layout: {Enumeration(NormSymbols.PatchLayout)}.{options.Layout}";
        }

        if (options.WarmupBatches != LayerOptions.Default.WarmupBatches)
        {
            yield return "warmup_batches: " + options.WarmupBatches!.Value.ToString(CultureInfo.InvariantCulture);
        }

        string Enumeration(string name) => forms.Expression(NormSymbols.RuntimeNamespace, name, call.SpanStart);
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

    /// <summary>The end of an argument with the comments in the trivia behind it.</summary>
    private static int EndWith(IEnumerable<SyntaxTrivia> trailing, ArgumentSyntax argument) =>
        trailing.Where(Comments.IsComment).Select(comment => comment.Span.End).DefaultIfEmpty(argument.Span.End).Last();
}
