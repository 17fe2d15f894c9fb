using System.Globalization;

namespace PbnRewriter.Cli.Tests;

/// <summary>A test that interrupts a process as Ctrl-C does, skipped where that cannot be.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InterruptFactAttribute : FactAttribute
{
    private const int SigInt = 2;

    public InterruptFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "A console's Ctrl-C cannot be sent to one process there; CommandLineTests cancels in process.";
        }
        else if (IsIgnored())
        {
            Skip = "Interrupts are ignored here, as below nohup or in the background of a script, and processes inherit it.";
        }
    }

    private static bool IsIgnored() =>
        File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } mask
        && (ulong.Parse(mask["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (SigInt - 1) & 1) == 1;
}
