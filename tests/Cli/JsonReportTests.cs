using System.Text.Json.Nodes;

namespace PbnRewriter.Cli.Tests;

public sealed class JsonReportTests
{
    private const string Name = "report.json";

    [Fact]
    public async Task Report_OfADryRun_IsTheOneOfItsPage()
    {
        using var folder = await ReportPage.RunAsync(Name);

        var expected = JsonNode.Parse(ReportPage.Example("JSON"))!;
        var report = JsonNode.Parse(folder.Read(Name))!;
        Assert.Equal(expected.ToJsonString(), report.ToJsonString());
    }

    [Fact]
    public async Task Report_ReplacesTheOneBefore_AlsoWhereNothingIsLeftToChange()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write(Name, "{ \"toolVersion\": \"0.0.1\", \"sites\": [\"a report that is longer than the one that comes\"] }\n");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--report", Name);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonNode.Parse(folder.Read(Name))!;
        Assert.True((bool)report["written"]!);
        Assert.Equal((2, 2, 0), ((int)report["found"]!, (int)report["rewritten"]!, (int)report["left"]!));
        Assert.All(report["sites"]!.AsArray(), site => Assert.True((bool)site!["isRewritten"]!));

        var rewritten = BytesWithoutReport(folder);
        var again = await CommandRun.InAsync(folder, ".", "--no-restore", "--check", "--report", Name);

        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        report = JsonNode.Parse(folder.Read(Name))!;
        Assert.False((bool)report["written"]!);
        Assert.Equal(0, (int)report["found"]!);
        Assert.Empty(report["sites"]!.AsArray());
        Assert.Equal(rewritten, BytesWithoutReport(folder));
    }

    [Fact]
    public async Task Report_OfARunThatFails_StaysAsItWas()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write(Name, "{ \"toolVersion\": \"0.0.1\" }\n");
        folder.Edit("Models/Models.csproj", "<Project", "<Projekt");

        await CommandRun.RefusesAsync(folder, 3, "did not load", ".", "--no-restore", "--report", Name);
    }

    private static SortedDictionary<string, string> BytesWithoutReport(TemporaryFolder folder)
    {
        var bytes = folder.Bytes();
        Assert.True(bytes.Remove(Name));
        return bytes;
    }
}
