namespace PbnRewriter.Cli;

/// <summary>Ends the run with an exit code and a message to the person; nothing has been written.</summary>
internal sealed class RunException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
