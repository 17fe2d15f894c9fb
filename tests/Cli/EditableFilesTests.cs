namespace PbnRewriter.Cli.Tests;

/// <summary>Nothing outside the solution's folder is written unless the user names a project there.</summary>
public sealed class EditableFilesTests
{
    private const string Solution = "<Solution><Project Path=\"App.csproj\" /><Project Path=\"../Models/Models.csproj\" /></Solution>";

    [Fact]
    public async Task ProjectOutsideTheSolutionsFolder_IsLeftWithTheReason()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App/All.slnx", Solution);
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "App/All.slnx", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains(
            $"Block..ctor: left: the file or its project lies outside {folder["App"]}: name the project, Models, with --project", run.Output, StringComparison.Ordinal);
        Assert.Contains("Rewrote 1 of 2 BatchNorm2d constructions in 2 files.", run.Output, StringComparison.Ordinal);
        Assert.Equal(["App/.pbn-rewrite", "App/App.csproj", "App/Program.cs"], Changed(folder, before));
    }

    [Theory]
    [InlineData("Models")]
    [InlineData("Models/Models.csproj")]
    [InlineData("./App/../Models/Models.csproj")]
    public async Task ProjectOutside_NamedByNameOrPath_IsRewritten(string name)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App/All.slnx", Solution);
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "App/All.slnx", "--no-restore", "--project", name);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(["App/.pbn-rewrite", "Models/Block.cs", "Models/Models.csproj"], Changed(folder, before));

        var reverted = await CommandRun.InAsync(folder, "App/All.slnx", "--revert");
        Assert.Equal((0, ""), (reverted.ExitCode, reverted.Errors));
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task LinkedSourceOutside_IsOfTheProjectThatIsNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");
        folder.Write("First/All.slnx", "<Solution><Project Path=\"First.csproj\" /></Solution>");

        var left = await CommandRun.InAsync(folder, "First/All.slnx", "--no-restore", "--dry-run");
        var named = new CapturedConsole();
        var exitCode = await CommandLine.RunAsync(["All.slnx", "--no-restore", "--diff", "--project", "First"], named, folder["First"], default);

        Assert.Contains("left: the file or its project lies outside", left.Output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        Assert.Contains("Would rewrite 1 of 1", named.Errors, StringComparison.Ordinal);
        await Git.ApplyAsync(folder.FullPath, named.OutputBytes);
        Assert.Contains("pbn.PatchBatchNorm2d", folder.Read("Shared/Block.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkOutOfTheFolder_IsWrittenThroughWhereItsProjectIsNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("Block.cs", folder.Read("Models/Block.cs"));
        File.Delete(folder["Models/Block.cs"]);
        File.CreateSymbolicLink(folder["Models/Block.cs"], elsewhere["Block.cs"]);
        Directory.CreateSymbolicLink(elsewhere["solution"], folder.FullPath);

        // The folder has another name by a link: what lies in it does so by either name.
        var left = await CommandRun.InAsync(elsewhere, "solution/Plain.sln", "--no-restore", "--dry-run");
        var named = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--project", "Models");

        Assert.Equal((0, ""), (left.ExitCode, left.Errors));
        Assert.Contains(
            $"Block..ctor: left: the file or its project is a link to {new RealPaths().Of(elsewhere["Block.cs"])}, outside {elsewhere["solution"]}: name the project, Models, with --project", left.Output, StringComparison.Ordinal);
        Assert.Contains("Would rewrite 1 of 2", left.Output, StringComparison.Ordinal);
        Assert.Contains("Rewrote 1 of 1", named.Output, StringComparison.Ordinal);
        Assert.Contains("pbn.PatchBatchNorm2d", elsewhere.Read("Block.cs"), StringComparison.Ordinal);
        Assert.Equal(elsewhere["Block.cs"], new FileInfo(folder["Models/Block.cs"]).LinkTarget);
    }

    [Fact]
    public async Task ProjectThatIsOnlyReferenced_KeepsItsDeclaredTypes()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App.slnx", "<Solution><Project Path=\"App/App.csproj\" /></Solution>");
        folder.Write("Models/Holder.cs", "namespace Models; public class Holder { public TorchSharp.Modules.BatchNorm2d? Norm; public TorchSharp.nn.Module? Any; }\n".Replace("TorchSharp.nn", "TorchSharp.torch.nn", StringComparison.Ordinal));
        folder.Write("App/Uses.cs", "static class Uses { public static Models.Holder Held = new() { Norm = TorchSharp.torch.nn.BatchNorm2d(1), Any = TorchSharp.torch.nn.BatchNorm2d(2) }; }\n");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "App.slnx", "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains(
            "left: Models.Holder.Norm is declared with BatchNorm2d in a file that is not to be edited: Models, which compiles the file, is not among the projects that are looked at; name a solution that has it",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains("Rewrote 2 of 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("Any = pbn.PatchBatchNorm2d(2,", folder.Read("App/Uses.cs"), StringComparison.Ordinal);
        Assert.Equal([".pbn-rewrite", "App/App.csproj", "App/Program.cs", "App/Uses.cs"], Changed(folder, before));
    }

    [Theory]
    [InlineData("Models/Models.csproj")]
    [InlineData("Models/Models.slnx")]
    public async Task SharedPropsAboveTheFolder_ProjectFileGetsTheReference(string path)
    {
        using var folder = await RestoredFixture.CopyAsync("Central");
        folder.Write("Models/Models.slnx", "<Solution><Project Path=\"Models.csproj\" /></Solution>");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, path, "--no-restore");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains(
            $"<PackageReference Include=\"PbnRewriter\" VersionOverride=\"{ToolVersion.WithoutBuildMetadata}\" />", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
        Assert.Equal(["Models/.pbn-rewrite", "Models/Block.cs", "Models/Models.csproj"], Changed(folder, before));
    }

    [Fact]
    public async Task CentralVersionsAboveTheFolder_ThatForbidOthers_AreAnError()
    {
        using var folder = await RestoredFixture.CopyAsync("Central");
        folder.Edit("Directory.Packages.props", "</PropertyGroup>", "<CentralPackageVersionOverrideEnabled>false</CentralPackageVersionOverrideEnabled></PropertyGroup>");

        await CommandRun.RefusesAsync(
            folder, 2, $"Models.csproj has its package versions in a file that is not to be edited, and CentralPackageVersionOverrideEnabled forbids others.\nAdd <PackageVersion Include=\"PbnRewriter\"", "Models/Models.csproj", "--no-restore");
    }

    private static IEnumerable<string> Changed(TemporaryFolder folder, SortedDictionary<string, string> before) =>
        folder.Bytes().Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key);
}
