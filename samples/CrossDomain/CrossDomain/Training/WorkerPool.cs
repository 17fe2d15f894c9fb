using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace CrossDomain.Training;

/// <summary>Does jobs in worker processes, some at a time. The threads of the processors are shared out among the workers.</summary>
internal sealed class WorkerPool(Settings settings, int workers)
{
    /// <summary>Does all jobs, taken in their order, and hands over each result as it comes, one at a time.</summary>
    /// <exception cref="InputException">A job cannot be done, or a worker broke down.</exception>
    public async Task RunAsync(IReadOnlyCollection<Job> jobs, Action<Job, JobResult> finished, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queue = new ConcurrentQueue<Job>(jobs);
        var gate = new Lock();
        var tasks = Enumerable.Range(0, Math.Min(workers, jobs.Count)).Select(_ => WorkAsync(queue, Finished, stop.Token)).ToList();
        Exception? first = null;
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (!task.IsCompletedSuccessfully && first is null)
            {
                first = task.Exception?.InnerException ?? new OperationCanceledException(cancellation);
                await stop.CancelAsync();
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        void Finished(Job job, JobResult result)
        {
            lock (gate)
            {
                finished(job, result);
            }
        }
    }

    private async Task WorkAsync(ConcurrentQueue<Job> queue, Action<Job, JobResult> finished, CancellationToken cancellation)
    {
        using var process = Start();
        var problems = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings).AsMemory(), cancellation);
            while (queue.TryDequeue(out var job))
            {
                await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job).AsMemory(), cancellation);
                await process.StandardInput.FlushAsync(cancellation);
                var line = await process.StandardOutput.ReadLineAsync(cancellation);
                if (line is null)
                {
                    await process.WaitForExitAsync(cancellation);
                    throw new InputException($"The worker for {job.Variant}, seed {job.Seed}, ended with {process.ExitCode}:\n{await problems}");
                }

                var answer = JsonSerializer.Deserialize<Worker.Answer>(line)!;
                finished(job, answer.Result ?? throw new InputException(answer.Refusal!));
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start()
    {
        var threads = Math.Max(1, Environment.ProcessorCount / workers);
        var start = new ProcessStartInfo("dotnet", [typeof(WorkerPool).Assembly.Location, Worker.Command, $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Workers that wait for one another at every step would spin on each other's processors.
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        return Process.Start(start)!;
    }
}
