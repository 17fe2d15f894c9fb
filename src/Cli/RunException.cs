namespace PbnRewriter.Cli;

/// <summary>Ends the run with an exit code and a message to the person that says what became of the files.</summary>
internal sealed class RunException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
