using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli.Tests;

public sealed class BuildPropertiesTests
{
    // Each was tried with dotnet msbuild -getProperty.
    [Theory]
    [InlineData("A=1", "A=1")]
    [InlineData("A=", "A=")]
    [InlineData("A=b=c", "A=b=c")]
    [InlineData("A= x ", "A= x ")]
    [InlineData("A=1;B=2", "A=1", "B=2")]
    [InlineData("A=1,B=2", "A=1", "B=2")]
    [InlineData("A=1;;B=2;", "A=1", "B=2")]
    [InlineData("A=1%3B2", "A=1%3B2")]
    [InlineData("A=\"1;2\";B=3", "A=1;2", "B=3")]
    [InlineData("\"A=1;B=2\"", "A=1;B=2")]
    [InlineData("A=\\\"x\\\"", "A=\"x\"")]
    public void Text_IsReadAsMSBuildDoes(string text, params string[] properties) =>
        Assert.Equal(properties, BuildProperties.Parse([text]).Global.Where(each => each.Key.Length == 1).OrderBy(each => each.Key).Select(each => $"{each.Key}={each.Value}"));

    [Fact]
    public void Name_GivenTwice_HasTheLastValue() =>
        Assert.Equal("2", BuildProperties.Parse(["Name=1", "name=2"]).Global["NAME"]);

    [Fact]
    public void ToolsOwn_GivesWay() =>
        Assert.Equal("false", BuildProperties.Parse(["enablewindowstargeting=false"]).Global["EnableWindowsTargeting"]);

    [Theory]
    [InlineData("-p:Configuration=Release")]
    [InlineData("-p", "Configuration=Release")]
    [InlineData("--property:Configuration=Release")]
    [InlineData("--property", "Nothing=1;Configuration=Release")]
    [InlineData("/p:Configuration=Release")]
    public async Task Configuration_IsTheOneThatIsCompiled(params string[] option)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Models/Modes.cs", """
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            public class Modes
            {
            #if DEBUG
                public BatchNorm2d Norm = BatchNorm2d(1);
            #else
                public BatchNorm2d Norm = BatchNorm2d(2);
            #endif
            }

            """);

        var run = await CommandRun.InAsync(folder, [".", "--no-restore", "--include", "Models/Modes.cs", .. option]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("PatchBatchNorm2d Norm = pbn.PatchBatchNorm2d(2,", folder.Read("Models/Modes.cs"), StringComparison.Ordinal);
        Assert.Contains("public BatchNorm2d Norm = BatchNorm2d(1);", folder.Read("Models/Modes.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_ReachesTheRestoreTheLoadAndTheEvaluation()
    {
        // Without the property there is neither the package nor the source nor, for the reference, the item group.
        using var folder = TemporaryFolder.OfFixture("Plain");
        folder.Edit("Models/Models.csproj", "<PackageReference Include=\"TorchSharp\"", "<PackageReference Condition=\"'$(Backend)' == 'cpu;torch'\" Include=\"TorchSharp\"");
        folder.Edit("Models/Models.csproj", "</PropertyGroup>", "<EnableDefaultCompileItems Condition=\"'$(Backend)' == ''\">false</EnableDefaultCompileItems></PropertyGroup>");

        var run = await CommandRun.InAsync(folder, ".", "-p:Backend=cpu%3Btorch");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 2 of 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("Include=\"PbnRewriter\" Version=\"", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
        Assert.Contains("Condition=\"'$(Backend)' == 'cpu;torch'\" />", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
    }
}
