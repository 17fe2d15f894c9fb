using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace CrossDomain.Networks;

/// <summary>Makes the library of networks of each variant: copies the sources, rewrites them with pbn-rewrite, and builds them.</summary>
/// <param name="folder">Where the copies go, each in a folder of its own.</param>
internal sealed class VariantBuilder(string folder)
{
    private const string Done = "built.txt";

    private static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    private static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The path of the built library. One that was built before is taken as it is.</summary>
    /// <exception cref="InputException">The rewrite or the build fails.</exception>
    public async Task<string> BuildAsync(Variant variant, Settings settings, CancellationToken cancellation)
    {
        string[] rewrite = variant.Rewrite is null ? [] : [.. variant.Rewrite, "--warmup-batches", $"{variant.WarmUpSteps(settings)}"];
        var copy = Path.Combine(folder, variant.Rewrite is null ? Variant.Baseline.Name : variant.Name);
        var library = Path.Combine(copy, "CrossDomain", "CrossDomain.Models", "bin", Configuration, "net10.0", "CrossDomain.Models.dll");
        var done = Path.Combine(copy, Done);
        var asked = string.Join(' ', rewrite);
        if (File.Exists(library) && File.Exists(done) && await File.ReadAllTextAsync(done, cancellation) == asked)
        {
            return library;
        }

        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        var samples = Path.Combine(RepositoryRoot, "samples");
        foreach (var part in new[] { "CrossDomain/Directory.Build.props", "CrossDomain/Networks.slnx", "CrossDomain/CrossDomain.Models", "ResNet/Directory.Build.props", "ResNet/ResNet.Models" })
        {
            Copy(Path.Combine(samples, part), Path.Combine(copy, part));
        }

        // Options of pbn-rewrite in a folder above would make a variant other than its name says.
        await File.WriteAllTextAsync(Path.Combine(copy, ".editorconfig"), "root = true\n", cancellation);

        var solution = Path.Combine(copy, "CrossDomain", "Networks.slnx");
        if (variant.Rewrite is not null)
        {
            var tool = Path.Combine(RepositoryRoot, "src", "Cli", "bin", Configuration, "net10.0", "PbnRewriter.Cli.dll");
            var runtime = Path.Combine(RepositoryRoot, "src", "Runtime", "PbnRewriter.Runtime.csproj");
            var report = Path.Combine(copy, "rewrite.json");
            string[] projects = ["--project", "CrossDomain.Models", "--project", "ResNet.Models"];
            await DotnetAsync(copy, "rewrite.txt", [tool, solution, .. projects, "--reference", "project=" + runtime, "--report", report, .. rewrite], cancellation);
            RequireWhole(report);
        }

        await DotnetAsync(copy, "build.txt", ["build", solution, "-c", Configuration, "-nologo", "-nodeReuse:false", "-v", "quiet"], cancellation);
        await File.WriteAllTextAsync(done, asked, cancellation);
        return library;
    }

    /// <summary>A network that is rewritten in part would be compared under the name of the whole.</summary>
    private static void RequireWhole(string report)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(report));
        var (rewritten, left) = (json.RootElement.GetProperty("rewritten").GetInt32(), json.RootElement.GetProperty("left").GetInt32());
        if (rewritten == 0 || left > 0)
        {
            throw new InputException($"pbn-rewrite rewrote {rewritten} BatchNorm2d constructions of the networks and left {left}; {report} says why.");
        }
    }

    private static string Metadata(string key) =>
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;

    private static void Copy(string source, string target)
    {
        if (File.Exists(source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(source).Where(entry => Path.GetFileName(entry) is not ("bin" or "obj")))
        {
            Copy(entry, Path.Combine(target, Path.GetFileName(entry)));
        }
    }

    /// <summary>Runs dotnet and keeps what it says in a file of the folder.</summary>
    private static async Task DotnetAsync(string folder, string log, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // Where this program was started by `dotnet run`, MSBuild's variables would bend the child's build.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var said = await output + await error;
        await File.WriteAllTextAsync(Path.Combine(folder, log), said, cancellation);
        if (process.ExitCode != 0)
        {
            throw new InputException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{said}");
        }
    }
}
