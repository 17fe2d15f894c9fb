using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>A generated program as a solution in memory.</summary>
internal static class ProgramSolution
{
    // Roslyn keeps the symbols of references for as long as a compilation with them lives: this one keeps them for all.
    private static readonly Compilation Keeper = KeepReferences();

    public static Solution Of(ImmutableArray<ProjectText> projects)
    {
        GC.KeepAlive(Keeper);
        var solution = TestSolution.Empty();
        foreach (var project in projects)
        {
            var before = solution.ProjectIds.ToList();
            solution = TestSolution.AddProject(
                solution, project.Name, hasRuntime: true, before, [.. project.Files.Select(file => (file.Name, file.Text))]);
            var id = solution.ProjectIds.Single(each => !before.Contains(each));
            var options = (CSharpCompilationOptions)solution.GetProject(id)!.CompilationOptions!;
            solution = solution
                .WithProjectParseOptions(id, new CSharpParseOptions(project.Style.LanguageVersion, DocumentationMode.Diagnose))
                .WithProjectCompilationOptions(id, options.WithNullableContextOptions(project.Style.Nullable).WithConcurrentBuild(false));
        }

        return solution;
    }

    private static Compilation KeepReferences()
    {
        var solution = TestSolution.Of("class Keeper { object norm = TorchSharp.torch.nn.BatchNorm2d(8); }");
        var compilation = solution.Projects.Single().GetCompilationAsync().GetAwaiter().GetResult()!;
        compilation.GetDiagnostics();
        return compilation;
    }
}
