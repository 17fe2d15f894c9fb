using System.Reflection;
using System.Runtime.CompilerServices;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Where the snapshots of this project lie.</summary>
internal static class Snapshot
{
    /// <summary>A file in the folder of snapshots, named as the caller's source file.</summary>
    public static string Path([CallerFilePath] string sourceFile = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(sourceFile)!, "Snapshots", System.IO.Path.GetFileName(sourceFile));
}

public sealed class SnapshotTests
{
    [Fact]
    public void EverySnapshot_BelongsToATest() => Assert.Empty(SnapshotFiles.Unclaimed(Assembly.GetExecutingAssembly()));
}
