using System.Collections.Immutable;

namespace PbnRewriter.Cli.Writing;

/// <summary>What writes share: flushed bytes, and which exceptions are the disk's.</summary>
internal static class Disk
{
    /// <summary>Renames a file over another one, in one step.</summary>
    public static void Replace(string source, string target) => File.Move(source, target, overwrite: true);

    /// <summary>Writes a file with the mode of another one, and waits until the disk has it.</summary>
    public static void WriteFlushed(string path, string modeOf, ImmutableArray<byte> bytes)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        if (!OperatingSystem.IsWindows() && File.Exists(modeOf))
        {
            File.SetUnixFileMode(handle, File.GetUnixFileMode(modeOf));
        }

        RandomAccess.Write(handle, bytes.AsSpan(), fileOffset: 0);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Whether a failure is the disk's. .NET tells a file that is too large for it as an argument out of range.</summary>
    public static bool IsFailure(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>What failed, in a sentence.</summary>
    public static string Reason(Exception failure) =>
        failure is ArgumentOutOfRangeException ? "the file is too large for the disk, or for a limit that is set." : Sentence.FirstLine(failure.Message);

    /// <summary>What a failure is told as where everything is as before.</summary>
    public static RunException CannotWrite(string path, Exception failure) => new(
        ExitCode.Usage, $"{path} cannot be written: {Reason(failure)} No file was changed; run again once it can be.");
}
