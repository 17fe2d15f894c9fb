using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Solutions in memory with the real references: the framework's, TorchSharp's and the runtime's.</summary>
internal static class TestSolution
{
    private static readonly ImmutableArray<MetadataReference> Framework = References(path =>
        Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));

    private static readonly ImmutableArray<MetadataReference> TorchSharp = References(path => Path.GetFileName(path) == "TorchSharp.dll");

    private static readonly ImmutableArray<MetadataReference> Runtime = References(path => Path.GetFileName(path) == "PbnRewriter.Runtime.dll");

    /// <summary>The usual head of a file with a TorchSharp model.</summary>
    public const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;


        """;

    public static Solution Of(string source, bool hasRuntime = true) => Of(hasRuntime, ("Model.cs", SourceText.From(source, System.Text.Encoding.UTF8)));

    public static Solution Of(bool hasRuntime, params (string Name, SourceText Text)[] files) =>
        AddProject(Empty(), "Models", hasRuntime, [], files);

    public static Solution Empty() => new AdhocWorkspace(MefHostServices.DefaultHost).CurrentSolution;

    public static Solution AddProject(
        Solution solution, string name, bool hasRuntime, IEnumerable<ProjectId> references, params (string Name, SourceText Text)[] files)
    {
        var id = ProjectId.CreateNewId(name);
        var isProgram = files.Any(file => file.Text.ToString().Contains("// a top-level program", StringComparison.Ordinal));
        solution = solution.AddProject(ProjectInfo.Create(
            id,
            VersionStamp.Default,
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose),
            metadataReferences: [.. Framework, .. TorchSharp, .. hasRuntime ? Runtime : []],
            projectReferences: references.Select(each => new ProjectReference(each))));
        foreach (var (file, text) in files)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id, file), file, text, filePath: $"/{name}/{file}");
        }

        return solution;
    }

    /// <summary>Adds an .editorconfig that holds for every file.</summary>
    public static Solution WithEditorConfig(this Solution solution, string options)
    {
        foreach (var project in solution.Projects)
        {
            solution = solution.AddAnalyzerConfigDocument(
                DocumentId.CreateNewId(project.Id), ".editorconfig", SourceText.From($"is_global = true\n{options}\n"), filePath: "/.editorconfig");
        }

        return solution;
    }

    public static async Task<IReadOnlyList<string>> ErrorsAsync(this Solution solution)
    {
        var errors = new List<string>();
        foreach (var project in solution.Projects)
        {
            var compilation = await project.GetCompilationAsync();
            errors.AddRange(compilation!.GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error).Select(each => each.ToString()));
        }

        return errors;
    }

    private static ImmutableArray<MetadataReference> References(Func<string, bool> isWanted) =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(isWanted)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];
}
