using System.Text;
using PbnRewriter.Cli.Reverting;

namespace PbnRewriter.Cli.Tests;

/// <summary>The way back.</summary>
public sealed class RevertTests
{
    [Fact]
    public async Task Rewritten_ComesBackByteForByte()
    {
        using var folder = await RestoredFixture.CopyAsync("Central");
        var crlf = folder.Read("Models/Block.cs").Replace("\n", "\r\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["Models/Block.cs"], crlf, Encoding.Unicode);
        var before = folder.Bytes();
        await RewriteAsync(folder);
        Assert.NotEqual(before, folder.Bytes());

        var run = await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Models/Block.cs: as before the rewrite", run.Output, StringComparison.Ordinal);
        Assert.Contains("Took back the rewrite of 4 files.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task ReferenceToAProject_IsTakenOut()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("runtime/Pbn.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        var models = folder.Read("Models/Models.csproj").Replace("\n", "\r\n", StringComparison.Ordinal).Replace("  ", "\t", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["Models/Models.csproj"], models, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var before = folder.Bytes();
        await RewriteAsync(folder, "--reference", "project=runtime/Pbn.csproj");
        Assert.Contains("\r\n\t\t<ProjectReference Include=\"../runtime/Pbn.csproj\" />\r\n", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);

        await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task RewrittenInSteps_ComesBackByteForByte()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        await RewriteAsync(folder, "--project", "Models");
        await RewriteAsync(folder, "--project", "App");
        await RewriteAsync(folder);

        await CommandRun.InAsync(folder, "Plain.sln", "--revert");

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task EditedSince_KeepsTheEdits()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var original = folder.Read("Models/Block.cs");
        await RewriteAsync(folder);
        folder.Edit("Models/Block.cs", "grid: (2, 2)", "grid: (4, 3)");
        folder.Write("Models/Block.cs", "// A line of its own.\n" + folder.Read("Models/Block.cs") + "// And one at the end.\n");

        var run = await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal("// A line of its own.\n" + original + "// And one at the end.\n", folder.Read("Models/Block.cs"));
        Assert.Contains("Models/Block.cs: taken back; what was edited since is kept", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewUseOfTheRuntime_KeepsImportAndReference()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        await RewriteAsync(folder);
        folder.Write("Models/Block.cs", folder.Read("Models/Block.cs") + "public class Added { public PatchBatchNorm2d Norm = pbn.PatchBatchNorm2d(4); }\n");
        var project = folder.Read("Models/Models.csproj");

        var run = await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("using PbnRewriter.Runtime;", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
        Assert.Single(folder.Read("Models/Block.cs").Split('\n'), line => line.Contains("PatchBatchNorm2d(", StringComparison.Ordinal));
        Assert.Equal(project, folder.Read("Models/Models.csproj"));
        Assert.Contains("Models/Models.csproj: keeps its reference to the runtime, which Models/Block.cs uses", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RewrittenCodeEditedSince_IsLeftAndNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        await RewriteAsync(folder);
        folder.Edit("App/Program.cs", "pbn.PatchBatchNorm2d", "Other.Make");

        var run = await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Other.Make(8, grid: (2, 2))", folder.Read("App/Program.cs"), StringComparison.Ordinal);
        Assert.True(File.Exists(folder[RewriteRecord.FileName]));
        Assert.Matches(@"(?m)^App/Program\.cs\(\d+\): left: the rewritten code was edited since\r?$", run.Output);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--diff")]
    public async Task DryRun_WritesNothing(string option)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        await RewriteAsync(folder);
        var rewritten = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--revert", option);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Would take back the rewrite of 3 files; nothing was written.", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Equal(rewritten, folder.Bytes());
    }

    [Fact]
    public async Task Diff_AppliedByGit_IsTheWayBack()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        await RewriteAsync(folder);
        var diff = await CommandRun.InAsync(folder, ".", "--revert", "--diff");

        await Git.ApplyAsync(folder.FullPath, diff.Console.OutputBytes);

        File.Delete(folder[RewriteRecord.FileName]);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task NoRewrite_IsRefused()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        await CommandRun.RefusesAsync(folder, 2, "no rewrite to take back", ".", "--revert");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"version\": 2, \"rewrites\": [] }")]
    [InlineData("{ \"version\": 1 }")]
    [InlineData("{ \"version\": 1, \"rewrites\": [ null ] }")]
    [InlineData("{ \"version\": 1, \"rewrites\": [ { \"files\": [ { \"path\": null } ] } ] }")]
    [InlineData("{ \"version\": 1, \"rewrites\": [ { \"files\": [ { \"path\": \"Models/Block.cs\", \"before\": \"AAAA\", \"changes\": [] } ] } ] }")]
    public async Task UnreadableRecord_IsRefused(string text)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write(RewriteRecord.FileName, text);

        await CommandRun.RefusesAsync(folder, 2, "cannot be read", ".", "--revert");
        await CommandRun.RefusesAsync(folder, 2, "cannot be read", ".", "--no-restore");
    }

    [Theory]
    [InlineData("--grid", "2x2")]
    [InlineData("--layout", "even")]
    [InlineData("--project", "Models")]
    [InlineData("--framework", "net8.0")]
    [InlineData("--reference", "none")]
    [InlineData("--check", "true")]
    public async Task OptionOfARewrite_IsRefused(string option, string value)
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        await CommandRun.RefusesAsync(folder, 2, $"{option} does not go with --revert", ".", "--revert", option, value);
    }

    [Fact]
    public async Task FileThatIsNotThere_StaysInTheRecordUntilItIs()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        await RewriteAsync(folder);
        File.Move(folder["App/Program.cs"], folder["App/Renamed.cs.txt"]);

        var run = await CommandRun.InAsync(folder, ".", "--revert", "-v", "quiet");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("App/Program.cs: not there; put it back and run --revert again", run.Output, StringComparison.Ordinal);
        Assert.Equal(before["Models/Block.cs"], folder.Bytes()["Models/Block.cs"]);

        File.Move(folder["App/Renamed.cs.txt"], folder["App/Program.cs"]);
        await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task EditedBetweenRewrites_KeepsTheEdits()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var original = folder.Read("Models/Block.cs");
        await RewriteAsync(folder);
        folder.Edit("Models/Block.cs", "grid: (2, 2)", "grid: (4, 4)");
        folder.Edit("Models/Block.cs", "private readonly Module<Tensor, Tensor> bn;", "private readonly Module<Tensor, Tensor> bn, more = BatchNorm2d(2);");
        await RewriteAsync(folder);

        await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal(
            original.Replace("Tensor> bn;", "Tensor> bn, more = BatchNorm2d(2);", StringComparison.Ordinal), folder.Read("Models/Block.cs"));
        Assert.False(File.Exists(folder[RewriteRecord.FileName]));
    }

    [Theory]
    [InlineData("Plain.sln", "Models/Models.csproj")]
    [InlineData("Models/Models.csproj", "Plain.sln")]
    public async Task RewrittenByTwoPaths_ComesBackInAnyOrder(string first, string second)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Edit("Models/Block.cs", "bn = BatchNorm2d", "bn = normalizes ? BatchNorm2d(4) : BatchNorm2d");
        folder.Edit("Models/Block.cs", "Block(long channels)", "Block(long channels, bool normalizes = false)");
        folder.Write("Models/Other.cs", "public class Other { public object Norm = TorchSharp.torch.nn.BatchNorm2d(2); }\n");
        var before = folder.Bytes();
        Assert.Equal(0, (await CommandRun.InAsync(folder, "Models/Models.csproj", "--no-restore", "--sites", "Other.*")).ExitCode);
        Assert.Equal(0, (await CommandRun.InAsync(folder, "Plain.sln", "--no-restore")).ExitCode);

        // Whichever comes first may have to leave what the other one needs; it is gone in the end.
        foreach (var path in (string[])[first, second, first])
        {
            await CommandRun.InAsync(folder, path, "--revert");
        }

        Assert.Equal(before, folder.Bytes());
    }

    private static async Task RewriteAsync(TemporaryFolder folder, params string[] arguments)
    {
        var input = Directory.EnumerateFiles(folder.FullPath, "*.sln*").Single();
        var run = await CommandRun.InAsync(folder, [input, "--no-restore", .. arguments]);
        Assert.Equal(0, run.ExitCode);
    }
}
