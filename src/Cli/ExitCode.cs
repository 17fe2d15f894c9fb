namespace PbnRewriter.Cli;

/// <summary>What the process returns; DESIGN and <c>--help</c> name the same numbers.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int WouldChange = 1;
    public const int Usage = 2;
    public const int NotLoaded = 3;
    public const int WouldBreakBuild = 4;
    public const int Cancelled = 130;
}
