using Microsoft.CodeAnalysis;

namespace PbnRewriter.Cli.Tests;

public sealed class RehearsalTests
{
    [Fact]
    public async Task Model_IsRewrittenAsAWholeAndCompiles()
    {
        var result = await Rehearsal.RunAsync();

        var compilation = await Assert.Single(result.Solution.Projects).GetCompilationAsync();
        Assert.Empty(compilation!.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Empty(result.Report.Errors);
        Assert.NotEmpty(result.Report.Sites);
        Assert.All(result.Report.Sites, site => Assert.Null(site.LeftBecause));
    }
}
