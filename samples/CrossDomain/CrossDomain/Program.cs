using System.CommandLine;
using CrossDomain;

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Workers are stopped first; who insists ends it at once.
    pressed.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

try
{
    return await new CommandLine().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation.Token);
}
catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command goes on from here.");
    return 130;
}
