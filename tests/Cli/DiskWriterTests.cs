using System.Text;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

public sealed class DiskWriterTests
{
    [Fact]
    public void Write_ReplacesEveryFileAndLeavesNothingBeside()
    {
        using var folder = Folder();

        new DiskWriter(folder.FullPath).Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], default);

        Assert.Equal(["a.cs new", "b.cs new"], [folder.Read("a.cs"), folder.Read("b.cs")]);
        Assert.Equal(["a.cs", "b.cs"], folder.Bytes().Keys);
    }

    [Fact]
    public void RenameFailsMidway_EverythingIsAsBefore()
    {
        using var folder = Folder();
        var before = folder.Bytes();
        var writer = new DiskWriter(folder.FullPath, _ => { }, (source, target) =>
        {
            if (target.EndsWith("b.cs", StringComparison.Ordinal))
            {
                throw new IOException("the disk went away.");
            }

            File.Move(source, target, overwrite: true);
        });

        var failure = Assert.Throws<RunException>(() => writer.Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], default));

        Assert.Equal(2, failure.ExitCode);
        Assert.Equal($"{folder["b.cs"]} cannot be written: the disk went away. No file was changed; run again once it can be.", failure.Message);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public void ReadOnlyFile_IsNamedAndNothingIsWritten()
    {
        using var folder = Folder();
        File.SetAttributes(folder["b.cs"], FileAttributes.ReadOnly);
        var before = folder.Bytes();

        var failure = Assert.Throws<RunException>(() => new DiskWriter(folder.FullPath).Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], default));

        Assert.Contains("b.cs cannot be written: the file is read-only.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public void FileInUse_IsNamedAndNothingIsWritten()
    {
        using var folder = Folder();
        var before = folder.Bytes();
        FileEdit[] edits = [Edit(folder, "a.cs"), Edit(folder, "b.cs")];
        using (new FileStream(folder["b.cs"], FileMode.Open, FileAccess.Read, FileShare.None))
        {
            var failure = Assert.Throws<RunException>(() => new DiskWriter(folder.FullPath).Write([.. edits], default));

            Assert.Equal(2, failure.ExitCode);
            Assert.StartsWith($"{folder["b.cs"]} cannot be written: The process cannot access the file", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public void CancelledWhileStaging_EverythingIsAsBefore()
    {
        using var folder = Folder();
        using var cancellation = new CancellationTokenSource();
        var before = folder.Bytes();
        var writer = new DiskWriter(
            folder.FullPath,
            _ =>
            {
                // The file itself, its temporary, the other file and the journal.
                Assert.Equal(4, Directory.GetFiles(folder.FullPath).Length);
                cancellation.Cancel();
            },
            (_, _) => Assert.Fail("Nothing is renamed."));

        Assert.Throws<OperationCanceledException>(() => writer.Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], cancellation.Token));

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public void CancelledWhileRenaming_IsFinished()
    {
        using var folder = Folder();
        using var cancellation = new CancellationTokenSource();
        var writer = new DiskWriter(folder.FullPath, _ => { }, (source, target) =>
        {
            cancellation.Cancel();
            Disk.Replace(source, target);
        });

        writer.Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], cancellation.Token);

        Assert.Equal(["a.cs new", "b.cs new"], [folder.Read("a.cs"), folder.Read("b.cs")]);
        Assert.Equal(["a.cs", "b.cs"], folder.Bytes().Keys);
    }

    [Fact]
    public void FileChangedAfterItWasStaged_KeepsTheChangeAndTheOthersAreAsBefore()
    {
        using var folder = Folder();
        var writer = new DiskWriter(folder.FullPath, path => folder.Write("b.cs", path.EndsWith("b.cs", StringComparison.Ordinal) ? "someone else's" : "b.cs old"), Disk.Replace);

        var failure = Assert.Throws<RunException>(() => writer.Write([Edit(folder, "a.cs"), Edit(folder, "b.cs")], default));

        Assert.StartsWith($"{folder["b.cs"]} changed while it was being rewritten.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a.cs old", "someone else's"], [folder.Read("a.cs"), folder.Read("b.cs")]);
        Assert.Equal(["a.cs", "b.cs"], folder.Bytes().Keys);
    }

    [Fact]
    public void FileChangedMeanwhile_NothingIsWritten()
    {
        using var folder = Folder();
        var edits = new[] { Edit(folder, "a.cs"), Edit(folder, "b.cs") };
        folder.Write("b.cs", "someone else's");

        var failure = Assert.Throws<RunException>(() => new DiskWriter(folder.FullPath).Write([.. edits], default));

        Assert.Equal(3, failure.ExitCode);
        Assert.Equal(["a.cs old", "someone else's"], [folder.Read("a.cs"), folder.Read("b.cs")]);
    }

    [Fact]
    public void SymbolicLink_StaysALink()
    {
        using var folder = Folder();
        File.CreateSymbolicLink(folder["link.cs"], "a.cs");

        new DiskWriter(folder.FullPath).Write([Edit(folder, "link.cs") with { After = [.. "through"u8] }], default);

        Assert.Equal("through", folder.Read("a.cs"));
        Assert.Equal("a.cs", new FileInfo(folder["link.cs"]).LinkTarget);
    }

    [Fact]
    public void SymbolicLinkToAFileThatIsNotThere_IsWrittenThrough()
    {
        using var folder = Folder();
        Directory.CreateDirectory(folder["elsewhere"]);
        File.CreateSymbolicLink(folder["link.json"], Path.Combine("elsewhere", "report.json"));

        new DiskWriter(folder.FullPath).Write([new(folder["link.json"], null, [.. "through"u8]), Edit(folder, "a.cs")], default);

        Assert.Equal("through", folder.Read("elsewhere/report.json"));
        Assert.Equal(Path.Combine("elsewhere", "report.json"), new FileInfo(folder["link.json"]).LinkTarget);
    }

    [Fact]
    public void Mode_Stays()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = Folder();
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead;
        File.SetUnixFileMode(folder["a.cs"], Mode);

        new DiskWriter(folder.FullPath).Write([Edit(folder, "a.cs")], default);

        Assert.Equal(Mode, File.GetUnixFileMode(folder["a.cs"]));
    }

    [Fact]
    public void FileThatIsNewAndOneThatGoes_AreThereAfterwardsAndNot()
    {
        using var folder = Folder();

        new DiskWriter(folder.FullPath).Write([new(folder["new.cs"], null, [.. "new"u8]), new(folder["a.cs"], [.. "a.cs old"u8], null)], default);

        Assert.Equal(["b.cs", "new.cs"], folder.Bytes().Keys);
    }

    [Fact]
    public void FileThatIsNew_IsGoneAgainWhereARenameFails()
    {
        using var folder = Folder();
        var before = folder.Bytes();
        var writer = new DiskWriter(folder.FullPath, _ => { }, (source, target) =>
        {
            if (target.EndsWith("b.cs", StringComparison.Ordinal))
            {
                throw new IOException("no");
            }

            File.Move(source, target, overwrite: true);
        });

        Assert.Throws<RunException>(() => writer.Write([new(folder["new.cs"], null, [.. "new"u8]), Edit(folder, "b.cs"), new(folder["a.cs"], [.. "a.cs old"u8], null)], default));

        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public void FileThatShouldBeNewAndIsThere_IsNotOverwritten()
    {
        using var folder = Folder();
        var before = folder.Bytes();

        Assert.Throws<RunException>(() => new DiskWriter(folder.FullPath).Write([new(folder["a.cs"], null, [.. "new"u8])], default));

        Assert.Equal(before, folder.Bytes());
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("a.cs", "a.cs old");
        folder.Write("b.cs", "b.cs old");
        return folder;
    }

    private static FileEdit Edit(TemporaryFolder folder, string name) =>
        new(folder[name], [.. File.ReadAllBytes(folder[name])], [.. Encoding.UTF8.GetBytes($"{name} new")]);
}
