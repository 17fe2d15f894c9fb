using PbnRewriter.Cli;

using var console = new SystemConsole();
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The run stops between two steps, so that no file is left half written. Who insists ends it at once.
    pressed.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

return await CommandLine.RunAsync(args, console, Environment.CurrentDirectory, cancellation.Token);
