using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>
/// Finds the place for a using directive: among the ones that are there, in their order; where there are none, above the
/// first declaration and below the file's header.
/// </summary>
internal static class ImportInsertion
{
    /// <param name="unit">The file.</param>
    /// <param name="text">The text of the file.</param>
    /// <param name="namespaces">The namespaces to import, in the order that their directives are to have.</param>
    /// <param name="uses">The positions that need the imports.</param>
    /// <returns>One change a place: directives that come to the same one are one change.</returns>
    public static IEnumerable<TextChange> For(
        CompilationUnitSyntax unit, SourceText text, IReadOnlyCollection<string> namespaces, IReadOnlyCollection<int> uses)
    {
        var container = unit.Usings.Count == 0 ? (SyntaxNode?)NamespaceWithUsings(unit, uses) ?? unit : unit;
        var usings = container is BaseNamespaceDeclarationSyntax inner ? inner.Usings : unit.Usings;

        // A directive in a branch of an #if holds for some targets only. The new one has to hold wherever it is needed, and
        // nowhere else, since another target may lack the runtime: it goes to the innermost branch around all its uses.
        var regions = new ConditionalRegions(unit);
        var region = uses.Select(regions.At).Aggregate(ConditionalRegions.Common);
        var open = usings
            .Where(each => ConditionalRegions.Encloses(regions.At(each.SpanStart), region))
            .GroupBy(each => regions.At(each.SpanStart).Count)
            .OrderByDescending(each => each.Key)
            .FirstOrDefault()?.ToList() ?? [];
        return open.Count == 0
            ? [AtTop(unit, container, text, namespaces, isOnly: usings.Count == 0)]
            : namespaces.Select(each => Among(open, text, each))
                .GroupBy(change => change.Span)
                .Select(place => new TextChange(place.Key, string.Concat(place.Select(change => change.NewText))));
    }

    private static TextChange Among(IReadOnlyList<UsingDirectiveSyntax> open, SourceText text, string @namespace)
    {
        var newLine = LineBreak(text, 0);
        var directive = Directive(@namespace);
        var above = open.LastOrDefault(each => GoesAbove(each, @namespace));
        if (above is null)
        {
            return Insert(open[0].SpanStart, directive + newLine + Indentation(text, open[0].SpanStart));
        }

        var end = EndOfLine(text, above.Span.End);
        return end.HasBreak
            ? Insert(end.Position, Indentation(text, above.SpanStart) + directive + LineBreak(text, above.SpanStart))
            : Insert(end.Position, newLine + directive);
    }

    private static string Directive(string @namespace) => $"using {@namespace};";

    private static TextChange AtTop(CompilationUnitSyntax unit, SyntaxNode container, SourceText text, IEnumerable<string> namespaces, bool isOnly)
    {
        var newLine = LineBreak(text, 0);
        if (container is BaseNamespaceDeclarationSyntax inner)
        {
            var first = inner.Usings[0];
            return Insert(text.Lines.GetLineFromPosition(first.FullSpan.Start).Start, string.Concat(namespaces.Select(each => Indentation(text, first.SpanStart) + Directive(each) + newLine)));
        }

        var position = unit.Externs.LastOrDefault() is { } @extern ? EndOfLine(text, @extern.Span.End).Position : EndOfHeader(unit, text);
        var isFollowedByEmptyLine = text.Lines.GetLineFromPosition(position).Span.IsEmpty;
        return Insert(position, string.Concat(namespaces.Select(each => Directive(each) + newLine)) + (isOnly && !isFollowedByEmptyLine ? newLine : ""));
    }

    private static TextChange Insert(int position, string newText) => new(new TextSpan(position, 0), newText);

    /// <summary>The namespace whose usings hold for all uses; null where there is none.</summary>
    private static BaseNamespaceDeclarationSyntax? NamespaceWithUsings(CompilationUnitSyntax unit, IReadOnlyCollection<int> uses) =>
        unit.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault(each => each.Usings.Count > 0 && uses.All(each.Span.Contains));

    /// <summary>Whether a directive stands above the new one: global ones do, then plain ones by name, System first.</summary>
    private static bool GoesAbove(UsingDirectiveSyntax directive, string @namespace)
    {
        if (!directive.GlobalKeyword.IsKind(SyntaxKind.None))
        {
            return true;
        }

        if (directive.Alias is not null || !directive.StaticKeyword.IsKind(SyntaxKind.None))
        {
            return false;
        }

        var name = directive.Name?.ToString() ?? "";
        return name == "System"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || StringComparer.OrdinalIgnoreCase.Compare(name, @namespace) < 0;
    }

    /// <summary>
    /// Below the comments that open a file, which are its header where they are a license or an empty line parts them from
    /// the code, and below <c>#nullable</c> and the like.
    /// </summary>
    private static int EndOfHeader(CompilationUnitSyntax unit, SourceText text)
    {
        var first = unit.GetFirstToken(includeZeroWidth: true);
        var position = 0;
        var sawComment = false;
        var lineIsEmpty = true;
        var isLicense = false;
        foreach (var trivia in first.LeadingTrivia)
        {
            var kind = (SyntaxKind)trivia.RawKind;
            if (trivia.GetStructure() is ConditionalDirectiveTriviaSyntax or RegionDirectiveTriviaSyntax)
            {
                break;
            }

            if (trivia.IsDirective)
            {
                position = trivia.FullSpan.End;
                sawComment = false;
                lineIsEmpty = true;
            }
            else if (kind is SyntaxKind.EndOfLineTrivia)
            {
                if (lineIsEmpty && sawComment)
                {
                    position = trivia.FullSpan.End;
                    sawComment = false;
                }
                else if (!lineIsEmpty && isLicense)
                {
                    position = trivia.FullSpan.End;
                }

                lineIsEmpty = true;
            }
            else if (kind is not SyntaxKind.WhitespaceTrivia)
            {
                isLicense |= IsLicense(trivia.ToString());
                sawComment = true;
                lineIsEmpty = false;
            }
        }

        return position;
    }

    private static bool IsLicense(string comment) =>
        comment.IndexOf("copyright", StringComparison.OrdinalIgnoreCase) >= 0 || comment.IndexOf("license", StringComparison.OrdinalIgnoreCase) >= 0;

    private static (int Position, bool HasBreak) EndOfLine(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position);
        return (line.EndIncludingLineBreak, line.EndIncludingLineBreak > line.End);
    }

    private static string Indentation(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position);
        var start = text.ToString(TextSpan.FromBounds(line.Start, position));
        return string.IsNullOrWhiteSpace(start) ? start : "";
    }

    /// <summary>The break of the line at a position, so that a new line ends as its neighbour does.</summary>
    private static string LineBreak(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position);
        return line.EndIncludingLineBreak > line.End
            ? text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak))
            : "\n";
    }
}
