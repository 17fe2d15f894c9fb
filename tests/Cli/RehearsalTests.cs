namespace PbnRewriter.Cli.Tests;

public sealed class RehearsalTests
{
    [Fact]
    public async Task Model_IsRewrittenAsAWhole()
    {
        var result = await Rehearsal.RunAsync();

        Assert.Empty(result.Report.Errors);
        Assert.Equal(6, result.Report.Sites.Length);
        Assert.All(result.Report.Sites, site => Assert.Null(site.LeftBecause));
    }
}
