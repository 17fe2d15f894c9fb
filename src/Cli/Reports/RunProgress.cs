using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis.MSBuild;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Reports;

/// <summary>
/// Tells on standard error how far a run is: on a terminal in one live line that goes when the stage is over, and where
/// details are asked for in a line a stage with its time. Whatever else comes in between goes through it, so that the live
/// line is not torn.
/// </summary>
internal sealed class RunProgress(ICommandConsole console, Verbosity verbosity) : IProgress<RewriteStage>, IDisposable
{
    private const int NarrowestWidth = 20;

    // Projects load at the same time.
    private readonly Lock gate = new();
    private string? stage;
    private long started;
    private string live = "";

    /// <summary>Ends the stage before and starts another one.</summary>
    public void Start(string name)
    {
        lock (gate)
        {
            EndStage();
            (stage, started) = (name, Stopwatch.GetTimestamp());
            Show(name + "...");
        }
    }

    /// <summary>Ends the stage: what comes next is a result or an error.</summary>
    public void End()
    {
        lock (gate)
        {
            EndStage();
        }
    }

    /// <summary>Tells something that is no error.</summary>
    public void Note(string text) => Write($"note: {text}", Verbosity.Minimal);

    /// <summary>Tells what MSBuild has to say.</summary>
    public void Diagnose(string text) => Write($"msbuild: {text}", Verbosity.Diagnostic);

    /// <inheritdoc/>
    public void Report(RewriteStage value) => Start(value switch
    {
        RewriteStage.Planning => "Planning",
        _ => "Compiling the result",
    });

    /// <summary>Counts the projects that are loaded.</summary>
    /// <param name="expected">How many are known beforehand.</param>
    public IProgress<ProjectLoadProgress> Loading(int expected) => new LoadedProjects(this, expected);

    public void Dispose() => End();

    private void Write(string line, Verbosity least)
    {
        if (verbosity < least)
        {
            return;
        }

        lock (gate)
        {
            var shown = live;
            Show("");
            console.Error.WriteLine(line);
            Show(shown);
        }
    }

    private void EndStage()
    {
        Show("");
        if (stage is not null && verbosity >= Verbosity.Detailed)
        {
            console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s"));
        }

        stage = null;
    }

    private void Show(string line)
    {
        if (console.ProgressWidth is not { } width || verbosity == Verbosity.Quiet)
        {
            return;
        }

        // A line as wide as the terminal would wrap, and the part before the wrap would stay.
        var cut = Math.Max(width, NarrowestWidth) - 1;
        line = line.Length > cut ? line[..cut] : line;

        // Blanks, since not every terminal knows escape sequences.
        if (live.Length > 0)
        {
            console.Error.Write($"\r{new string(' ', live.Length)}\r");
        }

        console.Error.Write(live = line);
    }

    private sealed class LoadedProjects(RunProgress progress, int expected) : IProgress<ProjectLoadProgress>
    {
        private readonly HashSet<string> loaded = new(FilePaths.Comparer);

        public void Report(ProjectLoadProgress value)
        {
            lock (progress.gate)
            {
                if (value.Operation == ProjectLoadOperation.Resolve && loaded.Add(value.FilePath))
                {
                    progress.Show($"{progress.stage}: {loaded.Count} of {Sentence.Count(Math.Max(expected, loaded.Count), "project")}...");
                }
            }
        }
    }
}
