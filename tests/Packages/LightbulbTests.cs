using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.Packages.Tests;

/// <summary>The analyzer and the fix of the package, in Roslyn as an editor runs it.</summary>
[Collection(nameof(Packages))]
public sealed class LightbulbTests(Packages packages)
{
    [Fact]
    public async Task Package_IsLoadedWithoutAComplaint()
    {
        var editor = await packages.EditorAsync();

        var cache = (await packages.JourneyAsync()).Cache;
        var references = editor.Project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(reference => reference.FullPath.StartsWith(cache, StringComparison.Ordinal))
            .Select(reference => new AnalyzerFileReference(reference.FullPath, reference.AssemblyLoader))
            .ToList();
        var failures = new List<AnalyzerLoadFailureEventArgs>();
        foreach (var reference in references)
        {
            reference.AnalyzerLoadFailed += (_, failure) => failures.Add(failure);
        }

        Assert.Equal(["PbnRewriter.Analyzer", "PbnRewriter.CodeFix"], references.Select(reference => Path.GetFileNameWithoutExtension(reference.FullPath)).Order(StringComparer.Ordinal));
        Assert.Contains("PBN0001", references.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp)).SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id));
        Assert.DoesNotContain(failures, failure => failure.ErrorCode != AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers);
    }

    [Fact]
    public async Task Lightbulb_HasTheRewriteOnEachConstruction()
    {
        var editor = await packages.EditorAsync();
        var document = Classifier(editor);

        foreach (var construction in new[] { "BatchNorm2d(width", "BatchNorm2d(to" })
        {
            var actions = await editor.ActionsAsync(document, await SpanAsync(document, construction));

            Assert.Equal(
                ["Use PatchBatchNorm2d with a 3x2 grid", "Use PatchBatchNorm2d with another grid", "  1x2", "  2x1", "  2x2", "  3x3", "  4x4"],
                Lightbulb.Titles(actions));
        }
    }

    [Fact]
    public async Task Lightbulb_HasNothingElsewhere()
    {
        var editor = await packages.EditorAsync();
        var document = Classifier(editor);

        Assert.Empty(await editor.ActionsAsync(document, await SpanAsync(document, "Conv2d(3")));
    }

    [Theory]
    [InlineData("Use PatchBatchNorm2d with a 3x2 grid", "(3, 2)")]
    [InlineData("4x4", "(4, 4)")]
    public async Task ChosenRewrite_IsThatOfTheOneConstruction(string title, string grid)
    {
        var editor = await packages.EditorAsync();
        var document = Classifier(editor);
        var before = (await document.GetTextAsync()).ToString();
        var actions = await editor.ActionsAsync(document, await SpanAsync(document, "BatchNorm2d(to"));
        var action = actions.Concat(actions.SelectMany(each => each.NestedActions)).Single(each => each.Title == title);

        var solution = await Lightbulb.ChooseAsync(action, editor.Project.Solution);

        var expected = "using PbnRewriter.Runtime;\n" + before
            .Replace("(\"norm\", BatchNorm2d(to))", $"(\"norm\", pbn.PatchBatchNorm2d(to, grid: {grid}))", StringComparison.Ordinal)
            .Replace("module is BatchNorm2d", "module is TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d", StringComparison.Ordinal);
        Assert.Equal(expected, (await solution.GetDocument(document.Id)!.GetTextAsync()).ToString());
        var compilation = await solution.GetProject(document.Project.Id)!.GetCompilationAsync();
        Assert.DoesNotContain(compilation!.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public async Task FixAll_WritesWhatDotnetFormatWrites()
    {
        var editor = await packages.EditorAsync();

        var changed = await editor.FixAllAsync(Classifier(editor), "PBN0001", DiagnosticSeverity.Info);

        var text = (await changed.GetTextAsync()).ToString();
        Assert.Equal((await packages.JourneyAsync()).Formatted["Classifier.cs"], Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private static Document Classifier(Lightbulb editor) => editor.Project.Documents.Single(document => document.Name == "Classifier.cs");

    private static async Task<TextSpan> SpanAsync(Document document, string construction)
    {
        var start = (await document.GetTextAsync()).ToString().IndexOf(construction, StringComparison.Ordinal);
        Assert.True(start >= 0, construction);
        return new TextSpan(start, construction.IndexOf('(', StringComparison.Ordinal));
    }
}
