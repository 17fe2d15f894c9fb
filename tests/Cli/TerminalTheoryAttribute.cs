namespace PbnRewriter.Cli.Tests;

/// <summary>A test on a real terminal, which the program <c>script</c> of util-linux gives.</summary>
internal sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public const string Script = "/usr/bin/script";

    public TerminalTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Script))
        {
            Skip = $"It takes {Script} of util-linux to have a terminal.";
        }
    }
}
