using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Reports;

/// <summary>Shows what a run came to. It is written by then, and a summary that cannot be shown takes nothing back.</summary>
internal static class Summary
{
    public static void Show(Destination destination, Action show)
    {
        try
        {
            show();
        }
        catch (Exception failure) when (destination == Destination.Disk)
        {
            throw new RunException(
                ExitCode.Done, $"all files are written, but the summary could not be shown: {Sentence.FirstLine(failure.Message)}");
        }
    }
}
