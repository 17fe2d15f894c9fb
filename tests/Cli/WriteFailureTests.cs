using System.Text;
using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>The command where the disk really fails it: a clear message, exit code 2, and every byte as before.</summary>
public sealed class WriteFailureTests
{
    private const string Journaled = $"{WriterProcess.Folder}/{Journal.FileName}";
    private const string Nested = $"{WriterProcess.Folder}/Nested";

    [Theory]
    [InlineData(64, $"{Nested}/Large.cs")]
    [InlineData(0, Journaled)]
    public async Task DiskThatTakesNoMore_IsNamed(int blocks, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            // It has no such limit on a process.
            return;
        }

        using var root = Rewritten();

        // .NET doubles its own memory by a large file.
        await FailsAsync(
            root,
            $"{root[file]} cannot be written: the file is too large for the disk, or for a limit that is set. No file was changed; run again once it can be.",
            "sh",
            "-c",
            $"trap '' XFSZ; ulimit -f {blocks}; export DOTNET_EnableWriteXorExecute=0; exec dotnet \"$0\" \"$1\" --revert",
            CommandProcess.File,
            WriterProcess.Folder);
    }

    [Theory]
    [InlineData(Nested, $"{Nested}/Large.cs")]
    [InlineData(WriterProcess.Folder, Journaled)]
    public async Task FolderWithoutPermission_IsNamed(string folder, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            // Its permissions are others.
            return;
        }

        using var root = Rewritten();
        string[] command = ["dotnet", CommandProcess.File, WriterProcess.Folder, "--revert"];
        if (Environment.IsPrivilegedProcess)
        {
            // Nothing is forbidden to root, so another user runs it.
            if (!File.Exists("/usr/bin/setpriv"))
            {
                return;
            }

            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command];
            foreach (var each in Directory.EnumerateFileSystemEntries(root.FullPath, "*", SearchOption.AllDirectories))
            {
                File.SetUnixFileMode(each, (UnixFileMode)0b111_111_111);
            }
        }

        var mode = File.GetUnixFileMode(root[folder]);
        File.SetUnixFileMode(root[folder], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            await FailsAsync(root, $"{root[file]} cannot be written: Access to the path", command[0], command[1..]);
        }
        finally
        {
            File.SetUnixFileMode(root[folder], mode);
        }
    }

    [Fact]
    public async Task FileThatAnotherProcessHolds_IsNamed()
    {
        using var root = Rewritten();
        var before = root.Bytes();
        using (new FileStream(root[$"{Nested}/Large.cs"], FileMode.Open, FileAccess.Read, FileShare.None))
        {
            var (exitCode, _, error) = await CommandProcess.RunAsync(root, WriterProcess.Folder, "--revert");

            Assert.Equal(2, exitCode);
            Assert.StartsWith(
                $"pbn-rewrite: {root[$"{Nested}/Large.cs"]} cannot be read: The process cannot access the file", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        }

        Assert.Equal(before, root.Bytes());
    }

    [Fact]
    public async Task SummaryThatCannotBeShown_IsNoFailureOfTheWrite()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var root = Rewritten();
        var (exitCode, _, error) = await CommandProcess.RunByAsync(
            root, "sh", "-c", "exec dotnet \"$0\" \"$1\" --revert > /dev/full", CommandProcess.File, WriterProcess.Folder);

        Assert.StartsWith("pbn-rewrite: all files are written, but the summary could not be shown: ", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        Assert.False(File.Exists(root[$"{WriterProcess.Folder}/{RewriteRecord.FileName}"]));
    }

    private static async Task FailsAsync(TemporaryFolder root, string says, string program, params string[] arguments)
    {
        var before = root.Bytes();

        var (exitCode, output, error) = await CommandProcess.RunByAsync(root, program, arguments);

        Assert.StartsWith($"pbn-rewrite: {says}", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal(before, root.Bytes());
    }

    /// <summary>A rewritten folder to take back, with a file of 100 KB one folder down.</summary>
    private static TemporaryFolder Rewritten()
    {
        var root = new TemporaryFolder();
        WriterProcess.Prepare(root, sources: 2);
        root.Write($"{Nested}/Large.cs", $"// {new string('x', 100_000)}\n");
        var large = EncodedText.Read(root[$"{Nested}/Large.cs"], Encoding.UTF8).With([new TextReplacement(0, 0, "// Rewritten.\n")]);
        var folder = root[WriterProcess.Folder];
        new DiskWriter(folder).Write(RewriteRecord.Read(folder).Including([large]), default);
        return root;
    }
}
