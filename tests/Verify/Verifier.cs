using System.Runtime.CompilerServices;

namespace VerifyXunit;

/// <summary>
/// Compares text with a snapshot beside the test, in the call shape and with the file convention of Verify.Xunit, which
/// takes this project's place as soon as it can be restored.
/// </summary>
public static class Verifier
{
    /// <param name="target">The text to compare.</param>
    /// <param name="extension">The snapshot's file extension, without a dot.</param>
    /// <param name="sourceFile">The file of the test, filled in by the compiler.</param>
    public static SettingsTask Verify(string target, string extension = "txt", [CallerFilePath] string sourceFile = "") =>
        new(target, extension, sourceFile);
}
