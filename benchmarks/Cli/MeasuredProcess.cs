using System.Diagnostics;
using System.Globalization;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>A process that ran to its end.</summary>
/// <param name="Time">From its start to its exit.</param>
/// <param name="PeakBytes">
/// The most resident memory that it and its children held together, as seen every 20 ms; 0 where there is no /proc.
/// </param>
/// <param name="Output">What it printed to standard output.</param>
internal sealed record MeasuredProcess(TimeSpan Time, long PeakBytes, string Output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs <c>dotnet</c> with arguments; it has to exit with one of the codes.</summary>
    public static MeasuredProcess Run(string folder, IEnumerable<string> arguments, params int[] exitCodes)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet run` hands on would bend the child's own builds.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(Interval))
        {
            peak = Math.Max(peak, Directory.Exists("/proc/self") ? ResidentBytes(process.Id) : 0);
        }

        var time = watch.Elapsed;
        return exitCodes.Contains(process.ExitCode)
            ? new MeasuredProcess(time, peak, output.Result)
            : throw new InvalidOperationException(
                $"dotnet {string.Join(' ', arguments)} exited with {process.ExitCode}:\n{output.Result}\n{error.Result}");
    }

    private static long ResidentBytes(int root)
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? Stat(id) : null)
            .OfType<(int Id, int Parent, long Bytes)>()
            .ToList();
        var family = new HashSet<int> { root };
        while (processes.Any(each => family.Contains(each.Parent) && family.Add(each.Id)))
        {
        }

        return processes.Where(each => family.Contains(each.Id)).Sum(each => each.Bytes);
    }

    // Null for a process that ended meanwhile.
    private static (int Id, int Parent, long Bytes)? Stat(int id)
    {
        try
        {
            // "4711 (name, which may hold anything) S parent ... rss in pages at the 24th place".
            var fields = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ');
            return (id, int.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[22], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
