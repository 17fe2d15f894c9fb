using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli.References;

/// <summary>
/// Gives projects that do not reference the runtime its reference assembly, in memory only, so that rewritten code
/// compiles before anything is written.
/// </summary>
internal static class RuntimeReference
{
    private static readonly string AssemblyPath =
        Path.Combine(AppContext.BaseDirectory, "runtime", "PbnRewriter.Runtime.dll");

    /// <summary>
    /// The solution with the reference in each project that can take it, those of them that lack it on disk, and why the
    /// sources of projects whose TorchSharp is too old stay, by path.
    /// </summary>
    public static async Task<(Solution Solution, ImmutableHashSet<ProjectId> Lacking, ImmutableDictionary<string, string> TooOld)> AddAsync(
        Solution solution, ImmutableArray<Project> projects, CancellationToken cancellationToken)
    {
        var reference = MetadataReference.CreateFromFile(AssemblyPath);
        var lacking = ImmutableHashSet.CreateBuilder<ProjectId>();
        var tooOld = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            var compilation = await project.GetCompilationAsync(cancellationToken);
            if (!compilation!.GetTypesByMetadataName(TorchSharpName.Pbn).IsEmpty)
            {
                continue;
            }

            var needed = NeededBy(compilation, reference);
            if (!CanTake(compilation, needed))
            {
                continue;
            }

            if (OlderTorchSharp(compilation, needed) is { } reason)
            {
                foreach (var path in project.Documents.Select(document => document.FilePath).OfType<string>())
                {
                    tooOld[path] = reason;
                }

                continue;
            }

            lacking.Add(project.Id);
        }

        foreach (var id in lacking)
        {
            solution = solution.AddMetadataReference(id, reference);
        }

        return (solution, lacking.ToImmutable(), tooOld.ToImmutable());
    }

    /// <summary>
    /// Whether a project's framework is one of those that the runtime is for. In an older one the runtime would bind and then
    /// take back, with an error of the project as a whole (CS1705), all that is connected with it.
    /// </summary>
    private static bool CanTake(Compilation compilation, ImmutableArray<AssemblyIdentity> needed)
    {
        var core = compilation.GetSpecialType(SpecialType.System_Object).ContainingAssembly.Identity;
        return needed.Any(assembly => assembly.Name == core.Name && assembly.Version <= core.Version);
    }

    /// <summary>Why a project whose TorchSharp the runtime is too new for stays; null for any other.</summary>
    private static string? OlderTorchSharp(Compilation compilation, ImmutableArray<AssemblyIdentity> needed)
    {
        var has = compilation.ReferencedAssemblyNames.FirstOrDefault(assembly => assembly.Name == TorchSharpName.Root)?.Version;
        var needs = needed.First(assembly => assembly.Name == TorchSharpName.Root).Version;
        return has < needs
            ? $"its project has TorchSharp {has!.ToString(3)}; PbnRewriter.Runtime needs {needs.ToString(3)} or newer"
            : null;
    }

    private static ImmutableArray<AssemblyIdentity> NeededBy(Compilation compilation, MetadataReference reference)
    {
        var runtime = (IAssemblySymbol)compilation.AddReferences(reference).GetAssemblyOrModuleSymbol(reference)!;
        return runtime.Modules.Single().ReferencedAssemblies;
    }
}
