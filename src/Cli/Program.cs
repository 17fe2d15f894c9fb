using PbnRewriter.Cli;

using var console = new SystemConsole();
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The run stops between two steps, so that no file is left half written.
    pressed.Cancel = true;
    cancellation.Cancel();
};

return await CommandLine.RunAsync(args, console, Environment.CurrentDirectory, cancellation.Token);
