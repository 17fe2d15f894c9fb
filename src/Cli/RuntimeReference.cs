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

    /// <summary>
    /// The solution with the reference in each project that can take it, and those of them that lack it on disk.
    /// </summary>
    public static async Task<(Solution Solution, ImmutableHashSet<ProjectId> Lacking)> AddAsync(
        Solution solution, ImmutableArray<Project> projects, CancellationToken cancellationToken)
    {
        var reference = MetadataReference.CreateFromFile(AssemblyPath);
        var lacking = ImmutableHashSet.CreateBuilder<ProjectId>();
        foreach (var project in projects)
        {
            var compilation = await project.GetCompilationAsync(cancellationToken);
            if (compilation!.GetTypesByMetadataName(TorchSharpName.Pbn).IsEmpty && CanTake(compilation, reference))
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

    /// <summary>
    /// Whether a project's framework is one of those that the runtime is for. In an older one the runtime would bind and then
    /// take back, with an error of the project as a whole (CS1705), all that is connected with it.
    /// </summary>
    private static bool CanTake(Compilation compilation, MetadataReference reference)
    {
        var core = compilation.GetSpecialType(SpecialType.System_Object).ContainingAssembly.Identity;
        var runtime = (IAssemblySymbol)compilation.AddReferences(reference).GetAssemblyOrModuleSymbol(reference)!;
        return runtime.Modules.Single().ReferencedAssemblies.Any(needed => needed.Name == core.Name && needed.Version <= core.Version);
    }
}
