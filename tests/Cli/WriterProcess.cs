using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>
/// A process that does nothing but write, so that it can be killed often: it rewrites the sources of a folder as text, with the
/// record and with a report that lies outside.
/// </summary>
internal static class WriterProcess
{
    /// <summary>The folder of the sources, beside that of the report.</summary>
    public const string Folder = "solution";

    /// <summary>The report, which is new.</summary>
    public const string Report = "report/report.json";

    public const string Linked = "linked/Block.cs";
    private const string Ready = "ready";

    /// <summary>Writes as the arguments say, in the order of <see cref="StartInfo"/>.</summary>
    public static int Main(string[] arguments)
    {
        var (root, dieAt, failAt, delay) = (arguments[0], Number(arguments[1]), Number(arguments[2]), Number(arguments[3]));
        var (steps, renames) = (0, 0);
        var writer = new DiskWriter(Path.Combine(root, Folder), _ => Step(), (source, target) =>
        {
            Step();
            if (++renames == failAt)
            {
                throw new IOException("the disk went away.");
            }

            Disk.Replace(source, target);
            Step();
        });
        var edits = Edits(root);
        Console.WriteLine(Ready);
        writer.Write(edits, default);
        return 0;

        void Step()
        {
            Thread.Sleep(delay);
            if (++steps == dieAt)
            {
                Process.GetCurrentProcess().Kill();
            }
        }

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>What the process writes.</summary>
    public static ImmutableArray<FileEdit> Edits(string root)
    {
        var folder = Path.Combine(root, Folder);
        var sources = Directory.EnumerateFiles(folder, "*.cs")
            .Order(StringComparer.Ordinal)
            .Select(file => EncodedText.Read(file, Encoding.UTF8))
            .Select(text => text.With([new TextReplacement(text.Text.IndexOf("BatchNorm2d(", StringComparison.Ordinal), 0, "pbn.Patch")]));
        return [.. RewriteRecord.Read(folder).Including([.. sources]), new FileEdit(Path.Combine(root, Report), null, [.. "{}\n"u8])];
    }

    /// <summary>A folder with sources to write, the last of which is a symbolic link to a file elsewhere.</summary>
    public static void Prepare(TemporaryFolder root, int sources)
    {
        Directory.CreateDirectory(root["report"]);
        root.Write($"{Folder}/Models.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />\n");
        for (var index = 1; index <= sources; index++)
        {
            root.Write(index < sources ? $"{Folder}/Block{index:D3}.cs" : Linked, $"// {new string('x', index * 7)}\nreturn BatchNorm2d({index});\n");
        }

        var link = root[$"{Folder}/Block{sources:D3}.cs"];
        if (!File.Exists(link))
        {
            File.CreateSymbolicLink(link, Path.Combine("..", Linked));
        }
    }

    /// <summary>The process of a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="dieAt">At which step it kills itself: a file staged, before a rename, or after one.</param>
    /// <param name="failAt">Which rename fails.</param>
    /// <param name="delay">The milliseconds that each step takes.</param>
    public static ProcessStartInfo StartInfo(TemporaryFolder root, int dieAt = 0, int failAt = 0, int delay = 0) =>
        new("dotnet", [typeof(WriterProcess).Assembly.Location, root.FullPath, $"{dieAt}", $"{failAt}", $"{delay}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    /// <summary>Runs the process until it ends; returns whether it ended by itself.</summary>
    public static async Task<bool> RunAsync(TemporaryFolder root, int dieAt = 0, int failAt = 0)
    {
        using var process = Process.Start(StartInfo(root, dieAt, failAt))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>Runs the process slowly, and kills it some time after it began to write; returns how long it wrote otherwise.</summary>
    public static async Task<TimeSpan> RunAndKillAsync(TemporaryFolder root, int delay, TimeSpan after)
    {
        using var process = Process.Start(StartInfo(root, delay: delay))!;
        Assert.Equal(Ready, await process.StandardOutput.ReadLineAsync());
        var watch = Stopwatch.StartNew();
        if (!process.WaitForExit(after))
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        return watch.Elapsed;
    }
}
