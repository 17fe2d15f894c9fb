using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using PbnRewriter.Cli.Text;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>Turns a changed solution into one edit a file; linked and multi-targeted documents are one file.</summary>
internal static class SourceEdits
{
    /// <summary>The edits, ordered by path.</summary>
    public static async Task<ImmutableArray<FileEdit>> CreateAsync(
        Solution before, Solution after, ImmutableArray<TextEdit> changes, CancellationToken cancellationToken)
    {
        var byPath = changes.ToLookup(change => Path.GetFullPath(change.FilePath), FilePaths.Comparer);
        var texts = new SortedDictionary<string, (Document Old, string NewText)>(FilePaths.Comparer);
        foreach (var id in ChangedDocuments(before, after))
        {
            var old = before.GetDocument(id)!;
            var path = Path.GetFullPath(old.FilePath!);
            var text = (await after.GetDocument(id)!.GetTextAsync(cancellationToken)).ToString();
            if (!texts.TryAdd(path, (old, text)) && texts[path].NewText != text)
            {
                throw new RunException(
                    ExitCode.WouldBreakBuild,
                    $"{path} is compiled into several projects or frameworks that want different edits. "
                    + "Rewrite the file by hand, or name one project; nothing was written.");
            }
        }

        var edits = ImmutableArray.CreateBuilder<FileEdit>(texts.Count);
        foreach (var (path, (old, _)) in texts)
        {
            edits.Add(await EditAsync(path, old, byPath[path], cancellationToken));
        }

        return edits.ToImmutable();
    }

    /// <summary>The projects that have a changed document.</summary>
    public static ImmutableHashSet<ProjectId> ChangedProjects(Solution before, Solution after) =>
        [.. ChangedDocuments(before, after).Select(id => id.ProjectId)];

    private static IEnumerable<DocumentId> ChangedDocuments(Solution before, Solution after) =>
        after.GetChanges(before).GetProjectChanges().SelectMany(project => project.GetChangedDocuments(onlyGetDocumentsWithTextChanges: true));

    private static async Task<FileEdit> EditAsync(string path, Document old, IEnumerable<TextEdit> changes, CancellationToken cancellationToken)
    {
        var loaded = await old.GetTextAsync(cancellationToken);
        var file = EncodedText.Read(path, loaded.Encoding ?? Encoding.UTF8);
        if (file.Text != loaded.ToString())
        {
            throw new RunException(
                ExitCode.NotLoaded, $"{path} changed while it was being rewritten. Run again; nothing was written.");
        }

        return file.With(changes.Select(change => new TextReplacement(change.Span.Start, change.Span.Length, change.NewText, change.Call)));
    }
}
