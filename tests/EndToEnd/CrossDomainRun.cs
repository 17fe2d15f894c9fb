namespace PbnRewriter.EndToEnd.Tests;

/// <summary>One small experiment of samples/CrossDomain on drawn images, which the tests look at.</summary>
public sealed class CrossDomainRun : IAsyncLifetime
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("pbn-cross-domain-");

    internal string Folder => Path.Combine(root.FullName, "experiment");

    /// <summary>The same folder from the one that the program is started in, as people write it.</summary>
    private string RelativeFolder => Path.GetRelativePath(Path.GetTempPath(), Folder);

    internal string[] Options { get; } =
    [
        "--image-size", "16", "--steps", "6", "--batch", "8", "--train-images", "16", "--test-images", "8", "--sources", "plain,stripes+left",
        "--held-out", "sketch,plain+left+fog,clouds", "--variants", "fused,frozen", "--learning-rates", "0.05,0.1", "--development-seeds", "1",
    ];

    internal Command Two { get; private set; } = null!;

    internal string RunsOfTwo { get; private set; } = null!;

    /// <summary>The same command, asked for one seed more.</summary>
    internal Command Three { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Two = await StartAsync([.. Options, "--seeds", "2", "--output", RelativeFolder]);
        RunsOfTwo = File.Exists(Path.Combine(Folder, "runs.csv")) ? await File.ReadAllTextAsync(Path.Combine(Folder, "runs.csv")) : "";
        Three = await StartAsync([.. Options, "--seeds", "3", "--output", RelativeFolder]);
    }

    public Task DisposeAsync()
    {
        root.Delete(recursive: true);
        return Task.CompletedTask;
    }

    internal static Task<Command> StartAsync(params string[] arguments) => Command.DotnetAsync(
        Path.GetTempPath(), [Path.Combine(Repository.Sample("CrossDomain"), "CrossDomain", "bin", Repository.Configuration, "net10.0", "CrossDomain.dll"), .. arguments]);
}
