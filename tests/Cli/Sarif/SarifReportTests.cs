using System.Text;
using System.Text.Json.Nodes;
using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Reverting;

namespace PbnRewriter.Cli.Tests.Sarif;

public sealed class SarifReportTests
{
    private const string Name = "report.sarif";

    [Fact]
    public async Task Report_OfADryRun_IsTheOneOfItsPage()
    {
        using var folder = await ReportPage.RunAsync(Name);

        var log = SarifLog.Read(folder, Name).Log;
        var expected = JsonNode.Parse(ReportPage.Example("SARIF"))!;
        expected["runs"]![0]!["originalUriBaseIds"] = log["runs"]![0]!["originalUriBaseIds"]!.DeepClone();
        Assert.Equal(expected.ToJsonString(), log.ToJsonString());
    }

    [Theory]
    [InlineData("Plain")]
    [InlineData("Central")]
    [InlineData("Linked")]
    public async Task AllFixes_GiveWhatTheRewriteWrites(string fixture)
    {
        using var folder = await RestoredFixture.CopyAsync(fixture);
        await AssertFixesAreTheRewriteAsync(folder);
    }

    [Fact]
    public async Task AllFixes_GiveWhatTheRewriteWrites_WhateverTheTextIsLike()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        const string Text =
            "using static TorchSharp.torch;\r\nusing static TorchSharp.torch.nn;\r\nusing TorchSharp.Modules;\r\n\r\nnamespace Models;\r\n"
            + "public static class Odd {\r\n\tpublic static BatchNorm2d A = /* \U0001F600 */ BatchNorm2d(1), B =\tBatchNorm2d(\n\t\t2, // \u00e9\u2028 \n\t\teps: 1e-3);\r"
            + "\tpublic static bool Is(Module m) => m is BatchNorm2d n && n == A; /* \U0001F600 */ public static Module C() => nn\r\n\t\t.BatchNorm2d(3);\u0085"
            + "\tpublic static readonly object D = BatchNorm2d(4), E = (object)BatchNorm2d(5);}";
        folder.Write("Models/Odd.cs", "");
        await File.WriteAllBytesAsync(folder["Models/Odd.cs"], [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Text)]);
        folder.Write("Models/with blank, %41#ü.cs", "\uFEFF" + Text.Replace("Odd", "Marked", StringComparison.Ordinal));

        var log = await AssertFixesAreTheRewriteAsync(folder);

        Assert.Contains(log.Run["artifacts"]!.AsArray(), file => (string)file!["location"]!["uri"]! == "Models/with%20blank%2C%20%2541%23%C3%BC.cs");
        Assert.Contains(log.Run["artifacts"]!.AsArray(), file => (string?)file!["encoding"] == "utf-16");
    }

    [Theory]
    // App has TorchSharp through Models, and so gets the runtime.
    [InlineData("Plain", "package", "App/Program.cs Models/Models.csproj", "Models/Block.cs Models/Models.csproj")]
    [InlineData("Central", "package", "Models/Block.cs Directory.Build.props Directory.Packages.props", "Other/Block.cs Directory.Build.props Directory.Packages.props")]
    [InlineData("Central", "project=Runtime.csproj", "Models/Block.cs Models/Models.csproj", "Other/Block.cs Other/Other.csproj")]
    public async Task Fix_HoldsTheReferenceThatItNeeds(string fixture, string reference, params string[] files)
    {
        using var folder = await RestoredFixture.CopyAsync(fixture);
        folder.Write("Runtime.csproj", "<Project />");
        var solution = Directory.GetFiles(folder.FullPath, "*.sln*").Single();

        await CommandRun.InAsync(folder, solution, "--no-restore", "--dry-run", "--reference", reference, "--report", Name);

        Assert.Equal(files, SarifLog.Read(folder, Name).Fixes.Select(fix => string.Join(
            ' ', fix["artifactChanges"]!.AsArray().Select(change => (string)change!["artifactLocation"]!["uri"]!))));
    }

    [Fact]
    public async Task Fix_OfConstructionsThatShareAType_IsTheSame()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Models/Two.cs", "class Two { TorchSharp.Modules.BatchNorm2d a = TorchSharp.torch.nn.BatchNorm2d(1); void B() => a = TorchSharp.torch.nn.BatchNorm2d(2); }\n");
        await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "--include", "Models/Two.cs", "--report", Name);
        var log = SarifLog.Read(folder, Name);

        var fixes = log.Fixes.Select(fix => fix.ToJsonString()).ToList();

        Assert.Equal(2, fixes.Count);
        Assert.Single(fixes.Distinct());
        Assert.Equal(3, log.Results.Count(result => (string?)result["properties"]!["project"] == "Models"));
    }

    [Fact]
    public async Task Report_OfARunThatWrites_SaysSo()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--exclude", "App/**", "--report", Name);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var log = SarifLog.Read(folder, Name);
        Assert.Equal(
            """{"written":true,"found":2,"rewritten":1,"left":1}""", log.Run["properties"]!.ToJsonString());
        Assert.Equal(
            [
                ("fail", "note", "This BatchNorm2d is left: --exclude names its file.", false, false),
                ("informational", "none", "This BatchNorm2d was rewritten to a PatchBatchNorm2d.", true, true),
            ],
            log.Results.Select(result => (
                (string)result["kind"]!, (string)result["level"]!, (string)result["message"]!["text"]!, (bool)result["properties"]!["written"]!, result["fixes"] is not null)));

        var again = await CommandRun.InAsync(folder, "Models", "--no-restore", "--check", "--report", Name);

        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        log = SarifLog.Read(folder, Name);
        Assert.Empty(log.Results);
        Assert.Empty(log.Run["artifacts"]!.AsArray());
        Assert.EndsWith("\n", folder.Read(Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Note_IsToBeReviewed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Models/Names.cs", "static class Names { static System.Type Of() => typeof(TorchSharp.Modules.BatchNorm2d); }\n");

        await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "--report", Name);

        var note = Assert.Single(SarifLog.Read(folder, Name).Results, result => (string?)result["kind"] == "review");
        Assert.Equal(("none", "unknown"), ((string)note["level"]!, (string)note["properties"]!["note"]!));
        Assert.Equal("Models/Names.cs", (string)note["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!);
    }

    [Fact]
    public void FileOutsideOfTheBase_HasAnAbsoluteAddress()
    {
        var root = Path.GetPathRoot(Path.GetTempPath())!;
        var artifacts = new SarifArtifacts(Path.Combine(root, "a%20b", "in"), []);

        var reference = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(artifacts.Reference(Path.Combine(root, "a%20b", "out", "é.cs"))))!;

        Assert.EndsWith("/a%2520b/out/%C3%A9.cs", (string)reference["Uri"]!, StringComparison.Ordinal);
        Assert.StartsWith("file:///", (string)reference["Uri"]!, StringComparison.Ordinal);
        Assert.Null(reference["UriBaseId"]);
    }

    [Theory]
    [InlineData("$.runs[0].results[0].kind", "\"passed\"")]
    [InlineData("$.runs[0].results[0].Kind", "\"fail\"")]
    [InlineData("$.runs[0].results[0].message", "{}")]
    [InlineData("$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri", "\"../App/Program.cs\"")]
    [InlineData("$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri", "\"with blank.cs\"")]
    [InlineData("$.runs[0].results[0].locations[0].physicalLocation.region.startLine", "0")]
    [InlineData("$.runs[0].results[1].fixes[0].artifactChanges", "[]")]
    [InlineData("$.runs[0].results[1].fixes[0].artifactChanges[0].replacements[0].insertedText", "\"\"")]
    [InlineData("$.runs[0].columnKind", "\"utf-16\"")]
    [InlineData("$.runs[0].originalUriBaseIds.%SRCROOT%.uri", "\"file:///work\"")]
    [InlineData("$.runs[0].tool.driver.rules[0].helpUri", "\"docs/rules\"")]
    [InlineData("$.version", "\"2.0.0\"")]
    public async Task Schema_RefusesWhatTheStandardDoes(string path, string value)
    {
        var log = JsonNode.Parse(ReportPage.Example("SARIF"))!;
        Assert.True(SarifLog.IsValid(log));

        var parts = path.Split('.', 2)[1].Replace("]", "", StringComparison.Ordinal).Split('.', '[');
        var holder = parts.SkipLast(1).Aggregate(log, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        holder[parts[^1]] = JsonNode.Parse(value);

        Assert.False(SarifLog.IsValid(log));
    }

    private static async Task<SarifLog> AssertFixesAreTheRewriteAsync(TemporaryFolder folder)
    {
        var before = folder.Bytes();
        await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "--report", Name);
        var log = SarifLog.Read(folder, Name);
        Assert.NotEmpty(log.Fixes);
        var fixes = log.Apply(log.Fixes);
        Assert.All(log.Results, result => Assert.Matches(@"^(torch\.)?(nn\s*\.)?BatchNorm2d$", log.TextAt(result)));
        File.Delete(folder[Name]);

        var run = await CommandRun.InAsync(folder, ".", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var rewritten = folder.Bytes().Where(file => file.Key != RewriteRecord.FileName && before[file.Key] != file.Value)
            .Select(file => (folder[file.Key], file.Value)).OrderBy(file => file.Item1, StringComparer.Ordinal);
        Assert.Equal(rewritten, fixes.Select(file => (Path.GetFullPath(file.Key), file.Value)).OrderBy(file => file.Item1, StringComparer.Ordinal));
        return log;
    }
}
