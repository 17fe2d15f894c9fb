using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>What holds for the type tests of every program: what PBN0002 finds, what its fix makes of it, and what a rewrite leaves.</summary>
internal static class TypeTestLaws
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzer = [new TypeTestAnalyzer()];

    /// <summary>Checks the tests that a rewrite of all sites leaves.</summary>
    /// <exception cref="LawBrokenException">A law is broken.</exception>
    public static async Task CheckLeftAsync(Solution before, RewriteResult all)
    {
        var said = all.Report.Left.Where(use => use.Kind is not LeftUseKind.Construction).ToLookup(use => use.FilePath);
        var found = await FindAsync(all.Solution);
        RewriteLaws.Hold(
            "A rewrite says which tests it leaves",
            [.. found.GroupBy(test => test.Path).Where(file => file.Count() > said[file.Key].Count()).SelectMany(file => file.Select(test => test.Message))],
            before,
            all.Solution);
    }

    /// <summary>Makes all tests of a program see both types, though it constructs one only.</summary>
    /// <exception cref="LawBrokenException">A law is broken.</exception>
    public static async Task CheckFixAsync(Solution program)
    {
        var before = program;
        foreach (var id in program.ProjectIds)
        {
            before = before.AddDocument(DocumentId.CreateNewId(id), "Made.cs", $"class Made{id.Id:N} {{ object made = PbnRewriter.Runtime.pbn.PatchBatchNorm2d(8); }}\n", filePath: $"/{id.Id}/Made.cs");
        }

        var found = await FindAsync(before);
        var fixedOnes = await RewriteEngine.SeeBothAsync(before, [.. found.Select(each => each.Test)], CancellationToken.None);
        var after = fixedOnes.Solution;
        RewriteLaws.Hold("Every error of a fix of tests is traced", [.. fixedOnes.Report.Errors.Select(error => error.ToString())], before, after);
        RewriteLaws.Hold("With tests that see both, what compiled compiles", await after.ErrorsAsync(), before, after);
        var (had, has) = ((await Rewriting.SitesAsync(before)).Length, (await Rewriting.SitesAsync(after)).Length);
        RewriteLaws.Hold("A fix of tests rewrites no site", had == has ? [] : [$"{had} became {has}"], before, after);

        var left = await FindAsync(after);
        var twice = await RewriteEngine.SeeBothAsync(after, [.. left.Select(each => each.Test)], CancellationToken.None);
        RewriteLaws.Hold("A second fix of tests changes nothing", [.. twice.Report.Edits.Select(edit => edit.ToString())], after, twice.Solution);
    }

    private static async Task<List<(BlindTest Test, string Path, string Message)>> FindAsync(Solution solution)
    {
        var found = new List<(BlindTest, string, string)>();
        foreach (var project in solution.Projects)
        {
            var compilation = (await project.GetCompilationAsync())!.WithAnalyzers(Analyzer);
            foreach (var diagnostic in await compilation.GetAnalyzerDiagnosticsAsync())
            {
                RewriteLaws.Hold("The analyzer does not throw", diagnostic.Id == RuleIdentifiers.BlindTypeTest ? [] : [diagnostic.ToString()], solution, solution);
                var document = solution.GetDocument(diagnostic.Location.SourceTree)!;
                found.Add((new BlindTest(document.Id, diagnostic.Location.SourceSpan), document.FilePath!, diagnostic.ToString()));
            }
        }

        return found;
    }
}
