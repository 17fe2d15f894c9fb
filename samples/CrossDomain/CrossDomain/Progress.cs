using System.Diagnostics;
using Spectre.Console;

namespace CrossDomain;

/// <summary>Says on standard error how far an experiment is: bars on a terminal, lines elsewhere.</summary>
internal sealed class Progress
{
    private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Does a stage of the work.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="total">How many things there are to do.</param>
    /// <param name="work">Does them, and calls what it is given with a line about each that is done.</param>
    public async Task RunAsync(string stage, int total, Func<Action<string>, Task> work)
    {
        if (total == 0)
        {
            return;
        }

        if (!Console.IsErrorRedirected)
        {
            await console.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask(stage, maxValue: total);
                    await work(line =>
                    {
                        bar.Description = Markup.Escape($"{stage}: {line}");
                        bar.Increment(1);
                    });
                });
            return;
        }

        var (watch, done) = (Stopwatch.StartNew(), 0);
        await work(line =>
        {
            done++;
            var left = watch.Elapsed / done * (total - done);
            Console.Error.WriteLine(FormattableString.Invariant($"{stage} {done}/{total}: {line}; about {left.TotalMinutes:F0} min left"));
        });
    }
}
