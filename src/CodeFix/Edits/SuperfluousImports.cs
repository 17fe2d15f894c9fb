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

    public static async Task<IReadOnlyList<Edit>> FindAsync(
        Solution before, Solution after, ILookup<string, Edit> edits, CancellationToken cancellationToken)
    {
        // A file of several targets has a directive that none of them needs any longer, or keeps it.
        var found = new Dictionary<string, List<UsingDirectiveSyntax>>(StringComparer.Ordinal);
        foreach (var id in after.GetChanges(before).GetProjectChanges().SelectMany(project => project.GetChangedDocuments(onlyGetDocumentsWithTextChanges: true)))
        {
            var old = (await before.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
            var @new = (await after.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
            var here = IsComplainedOf(old, cancellationToken) ? NewlyUnused(old, @new, cancellationToken) : [];
            var path = old.SyntaxTree.FilePath;
            found[path] = found.TryGetValue(path, out var others) ? [.. here.Where(each => others.Any(other => other.Span == each.Span))] : here;
        }

        return found
            .SelectMany(file => file.Value.Select(directive => RemovalOf(directive, file.Key, edits[file.Key])))
            .OfType<Edit>()
            .ToList();
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
    private static List<UsingDirectiveSyntax> NewlyUnused(SemanticModel before, SemanticModel after, CancellationToken cancellationToken)
    {
        var unused = new HashSet<string>(Unused(after, cancellationToken).Select(each => each.ToString()), StringComparer.Ordinal);
        unused.ExceptWith(Unused(before, cancellationToken).Select(each => each.ToString()));
        return before.SyntaxTree.GetRoot(cancellationToken).DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<UsingDirectiveSyntax>()
            .Where(directive => unused.Contains(directive.ToString()))
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

    /// <summary>Takes the line out; null where more than the directive stands on it.</summary>
    private static Edit? RemovalOf(UsingDirectiveSyntax directive, string path, IEnumerable<Edit> edits)
    {
        var text = directive.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(directive.SpanStart);
        if (text.ToString(line.Span).Trim() != directive.ToString())
        {
            return null;
        }

        // With the indentation before it or, where the new directive is inserted right there, with that of the next line.
        var indentation = directive.SpanStart - line.Start;
        TextSpan[] spans = [line.SpanIncludingLineBreak, new TextSpan(directive.SpanStart, line.SpanIncludingLineBreak.Length)];
        var free = spans.Where(span => span.End <= text.Length && edits.All(edit => edit.Span.End <= span.Start || edit.Span.Start >= span.End)).ToList();
        var isIndentedAlike = line.LineNumber + 1 < text.Lines.Count
            && text.ToString(text.Lines[line.LineNumber + 1].Span).StartsWith(text.ToString(new TextSpan(line.Start, indentation)), StringComparison.Ordinal);
        return free.Count > 0 && (free[0].Start == line.Start || isIndentedAlike) ? new Edit(path, free[0], "", Owner: null) : null;
    }
}
