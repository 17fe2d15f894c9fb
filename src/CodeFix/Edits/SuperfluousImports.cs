using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>
/// Takes out the using directives that a rewrite made superfluous, in files where that is a warning or an error: a build
/// that was clean stays so. Elsewhere they stay, as whatever nobody asked to change.
/// </summary>
internal static class SuperfluousImports
{
    // What the compiler finds, and what the code style rule makes of it.
    private const string Compiler = "CS8019";
    private const string CodeStyle = "IDE0005";

    /// <summary>Adds the removals to the edits; whether there is one.</summary>
    public static async Task<bool> RemoveAsync(Solution before, Solution after, EditList edits, CancellationToken cancellationToken)
    {
        var byPath = edits.ByPath;

        // A file of several targets has a directive that none of them needs any longer, or keeps it.
        var found = new Dictionary<string, List<UsingDirectiveSyntax>>(StringComparer.Ordinal);
        foreach (var id in after.GetChanges(before).GetProjectChanges().SelectMany(project => project.GetChangedDocuments(onlyGetDocumentsWithTextChanges: true)))
        {
            var old = (await before.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
            var @new = (await after.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
            var here = IsComplainedOf(old, cancellationToken) ? NewlyUnused(old, @new, new TextMap(byPath[old.SyntaxTree.FilePath]), cancellationToken) : [];
            var path = old.SyntaxTree.FilePath;
            found[path] = found.TryGetValue(path, out var others) ? [.. here.Where(each => others.Any(other => other.Span == each.Span))] : here;
        }

        var isFound = false;
        foreach (var directive in found.Values.SelectMany(each => each))
        {
            isFound = true;
            Remove(directive, byPath[directive.SyntaxTree.FilePath], edits);
        }

        return isFound;
    }

    private static bool IsComplainedOf(SemanticModel model, CancellationToken cancellationToken)
    {
        var options = model.Compilation.Options;
        return new[] { Compiler, CodeStyle }.Any(id =>
            (options.SyntaxTreeOptionsProvider is { } provider
                && (provider.TryGetDiagnosticValue(model.SyntaxTree, id, cancellationToken, out var severity)
                    || provider.TryGetGlobalDiagnosticValue(id, cancellationToken, out severity))
                && IsLoud(severity))
            || (options.SpecificDiagnosticOptions.TryGetValue(id, out var specific) && IsLoud(specific)));
    }

    private static bool IsLoud(ReportDiagnostic severity) => severity is ReportDiagnostic.Warn or ReportDiagnostic.Error;

    /// <summary>The directives of the old text that are unused in the new one and were not before.</summary>
    private static List<UsingDirectiveSyntax> NewlyUnused(SemanticModel before, SemanticModel after, TextMap map, CancellationToken cancellationToken)
    {
        var unused = new HashSet<int>(Unused(after, cancellationToken).Select(each => map.Before(each.SpanStart)));
        unused.ExceptWith(Unused(before, cancellationToken).Select(each => each.SpanStart));
        return before.SyntaxTree.GetRoot(cancellationToken).DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<UsingDirectiveSyntax>()
            .Where(directive => unused.Contains(directive.SpanStart))
            .ToList();
    }

    private static IEnumerable<UsingDirectiveSyntax> Unused(SemanticModel model, CancellationToken cancellationToken)
    {
        var root = model.SyntaxTree.GetRoot(cancellationToken);
        return model.GetDiagnostics(cancellationToken: cancellationToken)
            .Where(diagnostic => diagnostic.Id == Compiler)
            .Select(diagnostic => root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<UsingDirectiveSyntax>())
            .OfType<UsingDirectiveSyntax>();
    }

    private static void Remove(UsingDirectiveSyntax directive, IEnumerable<Edit> edits, EditList list)
    {
        var path = directive.SyntaxTree.FilePath;
        var text = directive.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(directive.SpanStart);
        var import = edits.FirstOrDefault(edit => edit.Owner is null && edit.Span is { Length: 0 } && edit.Span.Start == directive.SpanStart);
        if (import is not null && directive.SpanStart > line.Start)
        {
            // The new directive is put in right here, with an indentation for this one behind it: it takes the place instead.
            list.Remove(import);
            list.Add(new Edit(path, directive.Span, import.NewText.TrimEnd(), Owner: null));
        }
        else if (text.ToString(line.Span).Trim() == directive.ToString())
        {
            list.Add(new Edit(path, line.SpanIncludingLineBreak, "", Owner: null));
        }
        else
        {
            // What else stands on the line stays.
            var end = directive.Span.End;
            while (end < line.End && text[end] is ' ' or '\t')
            {
                end++;
            }

            list.Add(new Edit(path, TextSpan.FromBounds(directive.SpanStart, end), "", Owner: null));
        }
    }
}
