using System.Text;
using PbnRewriter.Cli.Reverting;

namespace PbnRewriter.Cli.Tests;

/// <summary>Whole runs over real solutions.</summary>
public sealed class RewriteTests
{
    [Fact]
    public async Task Solution_IsRewrittenAndReferencedOnce()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--grid", "3x1");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("grid: (3, 1)", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
        Assert.Contains("grid: (3, 1)", folder.Read("App/Program.cs"), StringComparison.Ordinal);
        Assert.Contains("<PackageReference Include=\"PbnRewriter\" Version=", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
        Assert.Contains("Models/Models.csproj: reference to the runtime added", run.Output, StringComparison.Ordinal);
        Assert.Contains("Rewrote 2 of 2 BatchNorm2d constructions in 3 files.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^Models/Block\.cs\(16,14\): \S+: rewritten\r?$", run.Output);

        // App has TorchSharp only through Models, and so it gets the runtime.
        Assert.Equal(before["App/App.csproj"], folder.Bytes()["App/App.csproj"]);

        var rewritten = folder.Bytes();
        var again = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore");

        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        Assert.StartsWith("Nothing to change", again.Output, StringComparison.Ordinal);
        Assert.Equal(rewritten, folder.Bytes());
    }

    [Fact]
    public async Task ErrorsThatWereThereBefore_AreCountedAndStopNothing()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Models/HalfDone.cs", "namespace Models; public class HalfDone { public Missing Field; public int Number() => 1 + Later; }");

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--include", "Models/**");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 1 of 2 BatchNorm2d constructions", run.Output, StringComparison.Ordinal);
        Assert.Contains("Models did not compile before either: at least 1 error.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("App did not compile", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CodeThatNeedsAGeneratorOfTheFramework_IsFollowed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Models/Described.cs", """
            using System.Text.Json.Serialization;
            using System.Text.Json.Serialization.Metadata;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            [JsonSerializable(typeof(int))]
            partial class Descriptions : JsonSerializerContext;

            static class Described
            {
                // Without what is generated nobody could tell which of the two is called.
                public static object Both => Of(Descriptions.Default.Int32, BatchNorm2d(8));

                static object Of(JsonTypeInfo<int> type, BatchNorm2d norm) => (type, norm);
                static object Of(string text, object norm) => (text, norm);
            }
            """);

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Of(JsonTypeInfo<int> type, PatchBatchNorm2d norm)", folder.Read("Models/Described.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DryRun_ListsWhatWouldChangeAndWritesNothing()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Would rewrite 2 of 2 BatchNorm2d constructions in 3 files; nothing was written.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task Options_OfTheCommandLineWinOverThoseOfEditorConfigSections()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write(".editorconfig", "root = true\n[*.cs]\nPBN0001.global_weight = 0.25\nPBN0001.warmup_batches = 10\n[Models/*.cs]\nPBN0001.grid = 1x4\nPBN0001.layout = random\n");

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--warmup-batches", "500", "--statistics", "Selected");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("(8, grid: (2, 2), global_weight: 0.25, statistics: PatchStatistics.Selected, warmup_batches: 500)", folder.Read("App/Program.cs"), StringComparison.Ordinal);
        Assert.Contains(
            "grid: (1, 4), global_weight: 0.25, statistics: PatchStatistics.Selected, layout: PatchLayout.Random, warmup_batches: 500)",
            folder.Read("Models/Block.cs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Exits1WithoutWritingUntilNothingIsLeftToChange()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var check = await CommandRun.InAsync(folder, ".", "--no-restore", "--check");

        Assert.Equal((1, ""), (check.ExitCode, check.Errors));
        Assert.Contains("Would rewrite 2 of 2 BatchNorm2d constructions in 3 files; nothing was written.", check.Output, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());

        var diff = await CommandRun.InAsync(folder, ".", "--no-restore", "--check", "--diff");

        Assert.Equal(1, diff.ExitCode);
        Assert.StartsWith("--- a/", diff.Output, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());

        await CommandRun.InAsync(folder, ".", "--no-restore");
        var rewritten = folder.Bytes();
        var again = await CommandRun.InAsync(folder, ".", "--no-restore", "--check");

        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        Assert.StartsWith("Nothing to change", again.Output, StringComparison.Ordinal);
        Assert.Equal(rewritten, folder.Bytes());
    }

    [Fact]
    public async Task Diff_AppliedByGit_IsTheRewrite()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        foreach (var file in (string[])["Models/Block.cs", "Models/Models.csproj"])
        {
            var text = folder.Read(file).Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd();
            await File.WriteAllTextAsync(folder[file], text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        }

        var before = folder.Bytes();
        var diff = await CommandRun.InAsync(folder, ".", "--no-restore", "--diff");

        Assert.Equal(0, diff.ExitCode);
        Assert.StartsWith("--- a/", diff.Output, StringComparison.Ordinal);
        Assert.Contains("Would rewrite 2 of 2", diff.Errors, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());

        using var applied = new TemporaryFolder();
        applied.CopyFrom(folder.FullPath);
        await Git.ApplyAsync(applied.FullPath, diff.Console.OutputBytes);
        Assert.Equal(0, (await CommandRun.InAsync(folder, ".", "--no-restore")).ExitCode);
        File.Delete(folder[RewriteRecord.FileName]);

        Assert.Equal(folder.Bytes(), applied.Bytes());
        Assert.StartsWith("EFBBBF", applied.Bytes()["Models/Block.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_OnlyItsOwnSitesAreRewritten()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "App/App.csproj", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            ["App/.pbn-rewrite", "App/App.csproj", "App/Program.cs"],
            folder.Bytes().Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key));
        Assert.Contains("<PackageReference Include=\"PbnRewriter\" Version=", folder.Read("App/App.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReferenceNone_NamesTheProjectsThatLackIt()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--reference", "none");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("note: without a reference to the runtime: Models/Models.csproj.", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before["Models/Models.csproj"], folder.Bytes()["Models/Models.csproj"]);
    }

    [Fact]
    public async Task LinkedAndMultiTargetedFile_IsEditedOnce()
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Single(folder.Read("Shared/Block.cs").Split('\n'), line => line.Contains("PatchBatchNorm2d(", StringComparison.Ordinal));
        Assert.Contains("Rewrote 1 of 1 BatchNorm2d construction in 3 files.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TorchSharpInOneFrameworkOnly_IsRewrittenThere()
    {
        using var folder = await RestoredFixture.CopyAsync("Conditional");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("PatchBatchNorm2d(", folder.Read("Block.cs"), StringComparison.Ordinal);
        Assert.Contains(
            "Include=\"TorchSharp\" Version=\"0.107.0\" />\n    <PackageReference Include=\"PbnRewriter\" Version=",
            folder.Read("Conditional.csproj"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectTooOldForTheRuntime_IsLeftAndTheOthersAreRewritten()
    {
        using var folder = await RestoredFixture.CopyAsync("Frameworks");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("PatchBatchNorm2d(8", folder.Read("New/Network.cs"), StringComparison.Ordinal);
        Assert.Contains("Old/Network.cs(7,39): Network.Norm: left: a project that compiles it does not reference PbnRewriter.Runtime, which needs net8.0 or newer", run.Output, StringComparison.Ordinal);
        Assert.Equal(before["Old/Network.cs"], folder.Bytes()["Old/Network.cs"]);
        Assert.Equal(before["Old/Old.csproj"], folder.Bytes()["Old/Old.csproj"]);
    }

    [Fact]
    public async Task CentralVersions_AreKeptCentral()
    {
        using var folder = await RestoredFixture.CopyAsync("Central");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("<PackageReference Include=\"PbnRewriter\" />", folder.Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.Contains("<PackageVersion Include=\"PbnRewriter\" Version=", folder.Read("Directory.Packages.props"), StringComparison.Ordinal);
        Assert.Contains("Rewrote 2 of 2 BatchNorm2d constructions in 4 files.", run.Output, StringComparison.Ordinal);

        await CommandRun.InAsync(folder, ".", "--revert");

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task FailingProjectWithoutTorchSharp_StopsNothing()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        folder.Write(
            "Aside/Aside.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <RestoreSources>$(MSBuildThisFileDirectory)</RestoreSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="No.Such.Package" Version="1.0.0" />
              </ItemGroup>
            </Project>
            """);
        folder.Write(
            "All.slnx",
            """
            <Solution>
              <Project Path="Aside/Aside.csproj" />
              <Project Path="App/App.csproj" />
              <Project Path="Models/Models.csproj" />
            </Solution>
            """);

        var run = await CommandRun.InAsync(folder, "All.slnx", "--dry-run");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No.Such.Package", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Would rewrite 2 of 2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task ProjectWithoutTransitiveReferences_GetsTheRuntimesProjectItself(string disables, bool isReferenced)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Edit("App/App.csproj", "<ImplicitUsings>", $"<DisableTransitiveProjectReferences>{disables}</DisableTransitiveProjectReferences><ImplicitUsings>");
        folder.Write("Runtime/Runtime.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>");

        // The program builds on what is rewritten, and is not rewritten itself.
        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--project", "Models", "--reference", "project=Runtime/Runtime.csproj");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Runtime.csproj", File.ReadAllText(folder["Models/Models.csproj"]), StringComparison.Ordinal);
        Assert.Equal(isReferenced, File.ReadAllText(folder["App/App.csproj"]).Contains("Runtime.csproj", StringComparison.Ordinal));
    }
}
