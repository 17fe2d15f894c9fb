using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.CodeFix.Edits;

namespace PbnRewriter.CodeFix;

/// <summary>A compile error that a rewrite would cause.</summary>
/// <param name="Diagnostic">The error, in the rewritten text.</param>
/// <param name="Project">The project that has the error.</param>
/// <param name="Path">The file; null for an error that is in none.</param>
/// <param name="Position">The position in the text before the rewrite.</param>
internal sealed record NewError(Diagnostic Diagnostic, ProjectId Project, string? Path, int Position);

/// <summary>What compiling a rewrite came to.</summary>
/// <param name="New">The errors that were not there before.</param>
/// <param name="Before">How many there were before, of projects that have any.</param>
internal sealed record CompileResult(ImmutableArray<NewError> New, ImmutableArray<ErrorsBefore> Before);

/// <summary>Compiles what a rewrite touches and tells the errors that were not there before.</summary>
internal static class CompileGate
{
    /// <param name="before">The solution before the rewrite.</param>
    /// <param name="after">The rewritten solution.</param>
    /// <param name="edits">The edits between the two, by file.</param>
    /// <param name="outOfReach">The files whose code cannot meet what the rewrite changes.</param>
    /// <param name="cancellationToken">Stops the compilation.</param>
    public static async Task<CompileResult> CheckAsync(
        Solution before, Solution after, ILookup<string, Edit> edits, ISet<string> outOfReach, CancellationToken cancellationToken)
    {
        var errors = ImmutableArray.CreateBuilder<NewError>();
        var errorsBefore = ImmutableArray.CreateBuilder<ErrorsBefore>();
        var compiled = await InParallel.SelectAsync(
            Affected(before, after),
            async id => (id, found: await ErrorsAsync(after.GetProject(id)!, outOfReach, cancellationToken).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        foreach (var (id, found) in compiled.Where(each => !each.found.IsEmpty))
        {
            var project = before.GetProject(id)!;
            var known = await ErrorsAsync(project, outOfReach, cancellationToken).ConfigureAwait(false);
            if (!known.IsEmpty)
            {
                errorsBefore.Add(new ErrorsBefore(project.Name, known.Length));
            }

            var old = known.GroupBy(Identity).ToDictionary(group => group.Key, group => group.Count());
            foreach (var error in found)
            {
                var path = error.Location.SourceTree?.FilePath;
                var position = path is null ? 0 : new TextMap(edits[path]).Before(error.Location.SourceSpan.Start);
                var identity = (error.Id, path, position);
                if (old.TryGetValue(identity, out var count) && count > 0)
                {
                    old[identity] = count - 1;
                }
                else
                {
                    errors.Add(new NewError(error, id, path, position));
                }
            }
        }

        return new CompileResult(errors.ToImmutable(), errorsBefore.ToImmutable());
    }

    private static (string Id, string? Path, int Position) Identity(Diagnostic error) =>
        (error.Id, error.Location.SourceTree?.FilePath, error.Location.SourceTree is null ? 0 : error.Location.SourceSpan.Start);

    /// <summary>The C# projects with changed documents and all that build on them.</summary>
    public static IEnumerable<ProjectId> Affected(Solution before, Solution after)
    {
        var changed = after.GetChanges(before).GetProjectChanges().Select(change => change.ProjectId).ToList();
        var graph = after.GetProjectDependencyGraph();
        return changed.Concat(changed.SelectMany(graph.GetProjectsThatTransitivelyDependOnThisProject))
            .Distinct()
            .Where(id => after.GetProject(id)?.Language == LanguageNames.CSharp);
    }

    /// <summary>The errors of all declarations, and of the code within reach.</summary>
    private static async Task<ImmutableArray<Diagnostic>> ErrorsAsync(
        Project project, ISet<string> outOfReach, CancellationToken cancellationToken)
    {
        if (await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false) is not { } compilation)
        {
            return ImmutableArray<Diagnostic>.Empty;
        }

        var bodies = await InParallel.SelectAsync(
            compilation.SyntaxTrees.Where(tree => !outOfReach.Contains(tree.FilePath)),
            tree => Task.FromResult(compilation.GetSemanticModel(tree).GetMethodBodyDiagnostics(cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        return compilation.GetParseDiagnostics(cancellationToken)
            .Concat(compilation.GetDeclarationDiagnostics(cancellationToken))
            .Concat(bodies.SelectMany(each => each))
            .Where(each => each.Severity == DiagnosticSeverity.Error)
            .ToImmutableArray();
    }
}
