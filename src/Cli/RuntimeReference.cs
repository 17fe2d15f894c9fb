using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.Cli;

/// <summary>
/// Gives projects that do not reference the runtime its reference assembly, in memory only, so that rewritten code
/// compiles before anything is written.
/// </summary>
internal static class RuntimeReference
{
    private static readonly string AssemblyPath =
        Path.Combine(AppContext.BaseDirectory, "runtime", "PbnRewriter.Runtime.dll");

    /// <summary>The solution with the reference, and the projects that lack it on disk.</summary>
    public static async Task<(Solution Solution, ImmutableHashSet<ProjectId> Lacking)> AddAsync(
        Solution solution, ImmutableArray<Project> projects, CancellationToken cancellationToken)
    {
        var reference = MetadataReference.CreateFromFile(AssemblyPath);
        var lacking = ImmutableHashSet.CreateBuilder<ProjectId>();
        foreach (var project in projects)
        {
            var compilation = await project.GetCompilationAsync(cancellationToken);
            if (compilation!.GetTypesByMetadataName(TorchSharpName.Pbn).IsEmpty)
            {
                lacking.Add(project.Id);
            }
        }

        foreach (var id in lacking)
        {
            solution = solution.AddMetadataReference(id, reference);
        }

        return (solution, lacking.ToImmutable());
    }
}
