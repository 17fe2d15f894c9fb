using System.Text.Json;
using TorchSharp;

namespace CrossDomain.Training;

/// <summary>
/// A process that does jobs: a line of settings and then a line for each job come in, and a line for each goes out. The draws of
/// torch's generator are a process's, so runs at the same time need processes.
/// </summary>
internal static class Worker
{
    /// <summary>The command that starts this program as a worker; its argument is the number of threads.</summary>
    public const string Command = "worker";

    /// <param name="Result">What came of the job; null where it could not be done.</param>
    /// <param name="Refusal">Why it could not be done.</param>
    internal sealed record Answer(JobResult? Result, string? Refusal);

    public static async Task RunAsync(int threads, TextReader input, TextWriter output)
    {
        torch.set_num_threads(threads);
        if (await input.ReadLineAsync() is not { } settings)
        {
            return;
        }

        using var trainer = new Trainer(JsonSerializer.Deserialize<Settings>(settings)!);
        while (await input.ReadLineAsync() is { } line)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(Answered(trainer, JsonSerializer.Deserialize<Job>(line)!)));
            await output.FlushAsync();
        }
    }

    private static Answer Answered(Trainer trainer, Job job)
    {
        try
        {
            return new Answer(trainer.Run(job), null);
        }
        catch (InputException refusal)
        {
            return new Answer(null, refusal.Message);
        }
    }
}
