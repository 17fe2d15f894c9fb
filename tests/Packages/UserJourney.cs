using System.Runtime.InteropServices;

namespace PbnRewriter.Packages.Tests;

/// <summary>
/// What a user does with the packages from a folder: a new program with a model is built, rewritten by <c>dotnet format</c>
/// and, in a copy, by the installed tool, and trained before and after. The package cache is empty at first.
/// </summary>
internal sealed class UserJourney : IDisposable
{
    private readonly Dictionary<string, string> environment;

    private UserJourney()
    {
        environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Cache,
            // The command of an installed tool asks for .NET where this process has it.
            ["DOTNET_ROOT"] = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!),
        };
    }

    /// <summary>Below it lies all that the user has: other projects find the same sources of packages there.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pbn-user-").FullName;

    /// <summary>The package cache.</summary>
    public string Cache => Path.Combine(Folder, "cache");

    private string Tools => Path.Combine(Folder, "tools");

    /// <summary>The user's project as it was before the rewrite, restored.</summary>
    public string Before => Path.Combine(Folder, "Before", "Trainer");

    /// <summary>What the build said, and the compiler's log of it, before the rewrite.</summary>
    public Command Build { get; private set; } = null!;

    public string CompilerLog { get; private set; } = null!;

    /// <summary>A build for which the suggestion was made a warning.</summary>
    public Command BuildWithWarnings { get; private set; } = null!;

    /// <summary>What the program prints, before and after <c>dotnet format</c>.</summary>
    public string[] TrainedBefore { get; private set; } = null!;

    public string[] TrainedAfter { get; private set; } = null!;

    public Command ToolVersion { get; private set; } = null!;

    /// <summary>The files, by name: as the user wrote them, as <c>dotnet format</c> left them and as the tool did.</summary>
    public IReadOnlyDictionary<string, string> Written { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Formatted { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Rewritten { get; private set; } = null!;

    /// <summary>The same where the project had no reference to the layer, and what the tool then said.</summary>
    public IReadOnlyDictionary<string, string> RewrittenWithoutReference { get; private set; } = null!;

    public Command RewriteWithoutReference { get; private set; } = null!;

    /// <summary>Takes the way, with packages from the feed and what they depend on from where it always comes from.</summary>
    public static async Task<UserJourney> MakeAsync(string feed)
    {
        var journey = new UserJourney();
        try
        {
            await journey.TakeAsync(feed);
        }
        catch
        {
            journey.Dispose();
            throw;
        }

        return journey;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs in the user's folder, and with the user's cache.</summary>
    public Task<Command> DotnetAsync(string project, params string[] arguments) =>
        Command.RunAsync(project, environment, "dotnet", arguments);

    /// <summary>The same for the installed tool.</summary>
    public Task<Command> ToolAsync(string project, params string[] arguments) => Command.RunAsync(
        project, environment, Path.Combine(Tools, RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "pbn-rewrite.exe" : "pbn-rewrite"), arguments);

    /// <summary>The files of a project that are not a build's, by name, their bytes in hexadecimal.</summary>
    private static Dictionary<string, string> FilesOf(string project) =>
        Directory.EnumerateFiles(project).ToDictionary(file => Path.GetFileName(file)!, file => Convert.ToHexString(File.ReadAllBytes(file)));

    private static void CopyFiles(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }

    private async Task TakeAsync(string feed)
    {
        await ConfigureAsync(feed);
        var project = Path.Combine(Folder, "Trainer");
        await SucceedAsync(Folder, "new", "console", "--output", "Trainer");
        await AddAsync(project, Repository.TorchSharp);
        var withoutReference = Path.Combine(Folder, "WithoutReference", "Trainer");
        CopyFiles(project, withoutReference);
        await SucceedAsync(project, "add", "package", "PbnRewriter", "--version", Repository.Version);
        await AddAsync(project, Repository.LibTorch);
        CopyFiles(Path.Combine(Repository.Root, "tests", "Packages", "Trainer"), project);
        CopyFiles(Path.Combine(Repository.Root, "tests", "Packages", "Trainer"), withoutReference);
        CopyFiles(project, Before);
        Written = FilesOf(project);

        Build = await BuildAsync(project, "-p:ErrorLog=compiler.log");
        CompilerLog = await File.ReadAllTextAsync(Path.Combine(project, "compiler.log"));
        File.Delete(Path.Combine(project, "compiler.log"));
        TrainedBefore = await TrainAsync(project);
        await File.WriteAllTextAsync(Path.Combine(Before, ".globalconfig"), "is_global = true\ndotnet_diagnostic.PBN0001.severity = warning\n");
        BuildWithWarnings = await BuildAsync(Before, "-t:Compile");
        File.Delete(Path.Combine(Before, ".globalconfig"));

        await SucceedAsync(project, "format", "analyzers", "--diagnostics", "PBN0001", "--severity", "info");
        Formatted = FilesOf(project);
        await BuildAsync(project);
        TrainedAfter = await TrainAsync(project);

        await SucceedAsync(Folder, "tool", "install", "PbnRewriter.Cli", "--version", Repository.Version, "--tool-path", Tools, "--source", feed);
        ToolVersion = await ToolAsync(Folder, "--version");
        var rewritten = Path.Combine(Folder, "Rewritten", "Trainer");
        CopyFiles(Before, rewritten);
        (await ToolAsync(rewritten, ".")).Succeeded("pbn-rewrite .");
        Rewritten = FilesOf(rewritten);
        RewriteWithoutReference = (await ToolAsync(withoutReference, "Trainer.csproj")).Succeeded("pbn-rewrite Trainer.csproj");
        RewrittenWithoutReference = FilesOf(withoutReference);
        await BuildAsync(withoutReference);
    }

    /// <summary>Adds the feed to the sources that the machine has, and the native libraries where they were restored.</summary>
    private async Task ConfigureAsync(string feed)
    {
        var sources = (await SucceedAsync(Folder, "nuget", "list", "source", "--format", "detailed")).Lines
            .Where(line => line.EndsWith("[Enabled]", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf('.', StringComparison.Ordinal) + 1)..^"[Enabled]".Length].Trim());

        // 480 MB that need no second copy.
        var restored = Directory.CreateDirectory(Path.Combine(Folder, "restored")).FullName;
        var libraries = Path.GetDirectoryName(Repository.LibTorch)!;
        Directory.CreateSymbolicLink(Path.Combine(restored, Path.GetFileName(libraries)), libraries);

        await File.WriteAllTextAsync(
            Path.Combine(Folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{feed}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packed">
                  <package pattern="PbnRewriter*" />
                </packageSource>
            {string.Join('\n', sources.Select(source => $"""    <packageSource key="{source}"><package pattern="*" /></packageSource>"""))}
              </packageSourceMapping>
              <fallbackPackageFolders>
                <clear />
                <add key="restored" value="{restored}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>Adds a package that this repository's restore left in a folder <c>id/version</c>.</summary>
    private Task<Command> AddAsync(string project, string package) => SucceedAsync(
        project, "add", "package", Path.GetFileName(Path.GetDirectoryName(package)!), "--version", Path.GetFileName(package));

    private Task<Command> BuildAsync(string project, params string[] options) =>
        SucceedAsync(project, ["build", "-nodeReuse:false", "-tl:off", "--nologo", .. options]);

    // Run as a user's program is, on the native libraries, which the test's environment makes loadable on old systems.
    private async Task<string[]> TrainAsync(string project) =>
        (await SucceedAsync(project, Path.Combine("bin", "Debug", "net10.0", "Trainer.dll"))).Lines;

    private async Task<Command> SucceedAsync(string project, params string[] arguments) =>
        (await DotnetAsync(project, arguments)).Succeeded($"dotnet {string.Join(' ', arguments)}");
}
