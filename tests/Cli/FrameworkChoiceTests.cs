namespace PbnRewriter.Cli.Tests;

/// <summary>Runs that look at one target framework of several.</summary>
public sealed class FrameworkChoiceTests
{
    private const string Source = """
        using TorchSharp.Modules;
        using static TorchSharp.torch.nn;

        public class Norms
        {
            public BatchNorm2d Both = BatchNorm2d(1);
        #if NET10_0_OR_GREATER
            public BatchNorm2d New = BatchNorm2d(2);
        #else
            public BatchNorm2d Old = BatchNorm2d(3);
        #endif
        }

        """;

    [Theory]
    [InlineData("-f", "net8.0", "Old", "New")]
    [InlineData("--framework", "NET10.0", "New", "Old")]
    public async Task Framework_IsLookedAtAlone(string option, string framework, string rewritten, string left)
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");
        folder.Write("First/Norms.cs", Source);

        var run = await CommandRun.InAsync(folder, "First/First.csproj", "--no-restore", option, framework);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 3 of 3 BatchNorm2d constructions", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 more in code that #if leaves out", run.Output, StringComparison.Ordinal);
        Assert.Contains("PatchBatchNorm2d Both = ", folder.Read("First/Norms.cs"), StringComparison.Ordinal);
        Assert.Contains($"PatchBatchNorm2d {rewritten} = ", folder.Read("First/Norms.cs"), StringComparison.Ordinal);
        Assert.Contains($"public BatchNorm2d {left} = BatchNorm2d(", folder.Read("First/Norms.cs"), StringComparison.Ordinal);
        Assert.Single(folder.Read("Shared/Block.cs").Split('\n'), line => line.Contains("PatchBatchNorm2d(", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProjectWithoutTheFramework_IsLeftOutAndNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");
        folder.Write("Second/Own.cs", "class Own { object norm = TorchSharp.torch.nn.BatchNorm2d(3); }\n");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--framework", "net8.0");

        Assert.Equal((0, "note: left out, as they do not have net8.0: Second.\n"), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 1 of 1 BatchNorm2d construction in 2 files.", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [".pbn-rewrite", "First/First.csproj", "Shared/Block.cs"],
            folder.Bytes().Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key));
    }

    [Theory]
    [InlineData("net9.0", "no project of ", "Linked.slnx has: 'net9.0'.\nThere are: net10.0, net8.0.")]
    [InlineData("net8.0", "no project of Second of ", "has: 'net8.0'.\nThere are: net10.0.", "--project", "Second")]
    [InlineData("", "no project of ", "has: ''.\nThere are: net10.0, net8.0.")]
    public async Task FrameworkThatNoProjectHas_IsRefusedWithThoseThereAre(string framework, string start, string end, params string[] options)
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");
        await CommandRun.RefusesAsync(folder, 2, $"--framework names a target framework that {start}", ["Linked.slnx", "--no-restore", "-f", framework, .. options]);
        await CommandRun.RefusesAsync(folder, 2, end, ["Linked.slnx", "--no-restore", "-f", framework, .. options]);
    }

    [Fact]
    public async Task ReferencedProjectOfAnotherFramework_IsCompiledAndItsSitesStay()
    {
        using var folder = await RestoredFixture.CopyAsync("Linked");
        folder.Edit("First/First.csproj", "net8.0;net10.0", "net8.0");
        folder.Edit("Second/Second.csproj", "<ItemGroup>", "<ItemGroup><ProjectReference Include=\"../First/First.csproj\" />");
        folder.Edit("Second/Second.csproj", "<Compile Include=\"../Shared/Block.cs\" Link=\"Block.cs\" />", "");
        folder.Write("First/Own.cs", "public class Own { public object Norm = TorchSharp.torch.nn.BatchNorm2d(3); }\n");
        folder.Write("Second/Uses.cs", "class Uses : Own { object norm = TorchSharp.torch.nn.BatchNorm2d(3); }\n");

        var run = await CommandRun.InAsync(folder, ".", "-f", "net10.0");

        Assert.Equal((0, "note: left out, as they do not have net10.0: First.\n"), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 1 of 1 BatchNorm2d construction in 2 files.", run.Output, StringComparison.Ordinal);
    }
}
