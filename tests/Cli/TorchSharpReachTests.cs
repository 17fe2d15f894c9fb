using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli.Tests;

/// <summary>Projects that cannot see TorchSharp are not built, not even for their sources; in doubt they are.</summary>
public sealed class TorchSharpReachTests
{
    [Fact]
    public async Task ProjectsWithoutTorchSharp_AreNotBuilt()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");

        Assert.Empty(await BuiltAsync(folder));
    }

    [Fact]
    public async Task ProjectThatReferencesOneInDoubt_IsInDoubtToo()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Edit("Helpers/Text.cs", "namespace", "// As BatchNorm2d does.\nnamespace");

        Assert.Equal(["Helpers", "Models", "Tools"], await LookedIntoAsync(folder));
        Assert.Equal(["Helpers", "Tools"], await BuiltAsync(folder));
    }

    [Theory]
    [InlineData("Tools/Other.cs", "using TorchSharp;")]
    [InlineData("Tools/Deep/er/Other.cs", "// BatchNorm2d")]
    [InlineData("Tools/Tools.csproj.user", "<Project />")]
    [InlineData("Directory.Build.props", "<Project><Import Project=\"eng/More.props\" Condition=\"Exists('eng/More.props')\" /></Project>")]
    [InlineData("Directory.Build.targets", "<Project><PropertyGroup><Name>TorchSharp</Name></PropertyGroup></Project>")]
    [InlineData("Tools/Directory.Build.props", "<Project><ItemGroup><Using Include=\"System.IO\" /><Compile Include=\"../Models/Nothing/*.cs\" /></ItemGroup></Project>")]
    public async Task FileThatRaisesADoubt_HasTheProjectLookedInto(string file, string text)
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Write(file, text);

        Assert.Contains("Tools", await LookedIntoAsync(folder));
    }

    [Theory]
    [InlineData("<Target Name", "<Import Project=\"$(Nowhere).props\" Condition=\"false\" />\n  <Target Name")]
    [InlineData("<ItemGroup>", "<ItemGroup>\n    <Compile Include=\"../Models/Nothing/*.cs\" />")]
    [InlineData("<ItemGroup>", "<ItemGroup>\n    <Reference Include=\"Other\" HintPath=\"lib/TorchSharp.dll\" Condition=\"false\" />")]
    public async Task ProjectFileThatRaisesADoubt_HasTheProjectLookedInto(string old, string @new)
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Edit("Tools/Tools.csproj", old, @new);
        File.SetLastWriteTimeUtc(folder["Tools/Tools.csproj"], DateTime.UtcNow.AddDays(-1));

        Assert.Equal(["Models", "Tools"], await LookedIntoAsync(folder));
    }

    [Fact]
    public async Task SourcesInUtf16_AreReadAsWell()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        await File.WriteAllTextAsync(folder["Tools/Other.cs"], "// TorchSharp", System.Text.Encoding.Unicode);

        Assert.Equal(["Models", "Tools"], await LookedIntoAsync(folder));
    }

    [Fact]
    public async Task ProjectFileNewerThanItsRestore_HasTheProjectLookedInto()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        File.SetLastWriteTimeUtc(folder["Tools/Tools.csproj"], DateTime.UtcNow.AddMinutes(1));

        Assert.Equal(["Models", "Tools"], await LookedIntoAsync(folder));
    }

    [Fact]
    public async Task PropertyGiven_HasAllProjectsLookedInto()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");

        Assert.Equal(["Helpers", "Models", "Tools"], await LookedIntoAsync(folder, "Configuration=Release"));
    }

    [Fact]
    public async Task ProjectThatWasNotRestored_IsNotTakenForOneWithoutTorchSharp()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        Directory.Delete(folder["Tools/obj"], recursive: true);

        Assert.Equal(["Models", "Tools"], await LookedIntoAsync(folder));
    }

    [Fact]
    public async Task ProjectWithoutTorchSharpThatIsNoXml_IsStillRefused()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Write("Tools/Tools.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>");

        await CommandRun.RefusesAsync(folder, 3, "Tools.csproj did not load: ", ".", "--no-restore");
    }

    [Fact]
    public async Task NoProjectWithTorchSharp_IsRefused()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Write("Rest.slnx", "<Solution><Project Path=\"Tools/Tools.csproj\" /></Solution>");

        await CommandRun.RefusesAsync(folder, 3, "no project of", "Rest.slnx", "--no-restore");
    }

    [Fact]
    public async Task Filter_IsNarrowedToo()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Write("Part.slnf", """{ "solution": { "path": "Mixed.slnx", "projects": ["Models/Models.csproj", "Tools/Tools.csproj"] } }""");

        Assert.Empty(await BuiltAsync(folder, "Part.slnf"));
    }

    private static async Task<IEnumerable<string?>> LookedIntoAsync(TemporaryFolder folder, params string[] properties)
    {
        var input = await InputPath.ResolveAsync("Mixed.slnx", folder.FullPath, default);
        return TorchSharpReach.ProjectsOf(input, RestoreResult.Skipped, BuildProperties.Parse(properties), default).Select(Path.GetFileNameWithoutExtension);
    }

    /// <summary>The projects without TorchSharp that were built for their sources, after a run that found the one construction.</summary>
    private static async Task<string[]> BuiltAsync(TemporaryFolder folder, string path = "Mixed.slnx")
    {
        var run = await CommandRun.InAsync(folder, path, "--no-restore", "--dry-run");

        Assert.Equal("", run.Errors);
        Assert.Contains("Would rewrite 1 of 1 BatchNorm2d construction", run.Output, StringComparison.Ordinal);
        return [.. new[] { "Helpers", "Tools" }.Where(project => File.Exists(folder[$"{project}/obj/built"]))];
    }
}
