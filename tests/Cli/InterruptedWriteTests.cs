using System.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>What killed processes leave, and what the next run makes of it.</summary>
public sealed class InterruptedWriteTests
{
    private const int Sources = 3;
    private const string Journaled = $"{WriterProcess.Folder}/{Journal.FileName}";
    private const string Finished = "note: finished an earlier run that was interrupted while it wrote 5 files.\n";
    private const string Undone = "note: undid an earlier run that was interrupted while it wrote.\n";

    // The sources, the record and the report; each is staged and renamed.
    private const int Staged = Sources + 2;
    private const int Steps = Staged * 3;

    [Fact]
    public async Task KilledAtEachStep_IsUndoneOrFinished()
    {
        var (original, rewritten) = await UndisturbedAsync();
        for (var step = 1; step <= Steps; step++)
        {
            using var root = Prepared();
            Assert.False(await WriterProcess.RunAsync(root, dieAt: step));
            AssertWhole(original, rewritten, root, $"step {step}");

            var messages = Settle(root);

            Assert.Equal(step <= Staged ? Undone : Finished, messages);
            Assert.Equal(step <= Staged ? original : rewritten, root.Bytes());
            Assert.Equal("", Settle(root));
        }
    }

    [Fact]
    public async Task KilledWhileItIsUndone_IsUndone()
    {
        var (original, _) = await UndisturbedAsync();

        // The last rename fails; four files go back by a rename and the record, which is new, by its deletion.
        const int Failed = Steps - 1;
        for (var step = Failed + 1; step <= Failed + (2 * Sources); step++)
        {
            using var root = Prepared();
            Assert.False(await WriterProcess.RunAsync(root, dieAt: step, failAt: Staged));
            Assert.True(File.Exists(root[Journaled]), $"step {step}");

            Assert.Equal(Undone, Settle(root));
            Assert.Equal(original, root.Bytes());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task JournalThatWasCutOff_IsUndone(int linesKept)
    {
        var (original, _) = await UndisturbedAsync();
        using var root = Prepared();
        await WriterProcess.RunAsync(root, dieAt: Staged + 1);
        var lines = root.Read(Journaled).Split('\n');
        Assert.Equal([lines[0], "committed", ""], lines);
        if (linesKept == 0)
        {
            DeleteTemporaries(root);
        }

        root.Write(Journaled, linesKept switch { 0 => lines[0][..^5], 1 => lines[0] + "\n", _ => lines[0] + "\ncommitt" });

        Assert.Equal(Undone, Settle(root));
        Assert.Equal(original, root.Bytes());
    }

    [Fact]
    public async Task FilesPutBackByAPerson_IsUndone()
    {
        var (original, _) = await UndisturbedAsync();
        using var root = await KilledAfterTheFirstSourceAsync();
        root.Write($"{WriterProcess.Folder}/Block001.cs", Text(original, "Block001.cs"));

        Assert.Equal(Undone, Settle(root));
        Assert.Equal(original, root.Bytes());
    }

    [Fact]
    public async Task EditedAfterItsRename_KeepsTheEdit()
    {
        var (_, rewritten) = await UndisturbedAsync();
        using var root = await KilledAfterTheFirstSourceAsync();
        root.Edit($"{WriterProcess.Folder}/Block001.cs", "return", "yield return");

        Assert.Equal(Finished, Settle(root));
        Assert.Equal(Text(rewritten, "Block001.cs").Replace("return", "yield return", StringComparison.Ordinal), root.Read($"{WriterProcess.Folder}/Block001.cs"));
        Assert.Equal(rewritten[WriterProcess.Linked], root.Bytes()[WriterProcess.Linked]);
    }

    [Fact]
    public async Task EditedBeforeItsRename_IsRefusedUntilItIsPutBack()
    {
        var (original, rewritten) = await UndisturbedAsync();
        using var root = await KilledAfterTheFirstSourceAsync();
        root.Edit($"{WriterProcess.Folder}/Block002.cs", "return", "yield return");
        await CommandRun.RefusesAsync(root, 2, $"since then changed: {root[$"{WriterProcess.Folder}/Block002.cs"]}.", WriterProcess.Folder);
        await CommandRun.RefusesAsync(root, 2, "since then changed: ", WriterProcess.Folder, "--revert");

        root.Write($"{WriterProcess.Folder}/Block002.cs", Text(original, "Block002.cs"));

        Assert.Equal(Finished, Settle(root));
        Assert.Equal(rewritten, root.Bytes());
    }

    [Fact]
    public async Task EditedBeforeItsRename_JournalDeleted_ComesBackWithTheEdit()
    {
        var (original, _) = await UndisturbedAsync();
        using var root = await KilledAfterTheFirstSourceAsync();
        root.Edit($"{WriterProcess.Folder}/Block002.cs", "return", "yield return");
        File.Delete(root[Journaled]);
        DeleteTemporaries(root);

        var run = await CommandRun.InAsync(root, WriterProcess.Folder, "--revert");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        root.Edit($"{WriterProcess.Folder}/Block002.cs", "yield return", "return");
        Assert.Equal(original, root.Bytes());
    }

    [Fact]
    public async Task Revert_FinishesTheRewriteAndTakesItBack()
    {
        var (original, _) = await UndisturbedAsync();
        using var root = await KilledAfterTheFirstSourceAsync();

        var run = await CommandRun.InAsync(root, WriterProcess.Folder, "--revert");

        Assert.Equal((0, Finished), (run.ExitCode, run.Errors));
        Assert.Contains("Took back the rewrite of 3 files.", run.Output, StringComparison.Ordinal);
        File.Delete(root[WriterProcess.Report]);
        Assert.Equal(original, root.Bytes());
    }

    [Fact]
    public async Task Revert_OfWhatWasUndone_IsDone()
    {
        using var root = Prepared();
        var original = root.Bytes();
        await WriterProcess.RunAsync(root, dieAt: 2);

        var run = await CommandRun.InAsync(root, WriterProcess.Folder, "--revert");

        Assert.Equal((0, Undone, ""), (run.ExitCode, run.Errors, run.Output));
        Assert.Equal(original, root.Bytes());
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--diff")]
    [InlineData("--check")]
    [InlineData("--revert", "--diff")]
    public async Task RunThatMayNotWrite_IsRefused(params string[] options)
    {
        using var root = await KilledAfterTheFirstSourceAsync();
        await CommandRun.RefusesAsync(root, 2, "Run without --dry-run, --diff and --check first", [WriterProcess.Folder, .. options]);
    }

    [Theory]
    [InlineData()]
    [InlineData("--check")]
    [InlineData("--revert")]
    public async Task WhileAnotherRunWrites_IsRefused(params string[] options)
    {
        using var root = Prepared();
        root.Write(Journaled, "");
        using (new FileStream(root[Journaled], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            var run = await CommandRun.InAsync(root, [WriterProcess.Folder, .. options]);

            Assert.Equal(2, run.ExitCode);
            Assert.Equal(
                $"pbn-rewrite: another run of pbn-rewrite is writing in this folder: it holds {root[Journaled]}. Run again when it has ended; nothing was written.\n",
                run.Errors);
        }
    }

    [Fact]
    public void TwoWritesAtOnce_TheSecondIsRefusedAndDoesNotSettleTheFirst()
    {
        using var root = Prepared();
        var isRefused = false;
        var writer = new DiskWriter(
            root[WriterProcess.Folder],
            _ =>
            {
                var failure = Assert.Throws<RunException>(() => new DiskWriter(root[WriterProcess.Folder]).Write(WriterProcess.Edits(root.FullPath), default));
                Assert.StartsWith("another run of pbn-rewrite is writing in this folder", failure.Message, StringComparison.Ordinal);
                failure = Assert.Throws<RunException>(() => Settle(root));
                Assert.StartsWith("another run of pbn-rewrite is writing in this folder", failure.Message, StringComparison.Ordinal);
                isRefused = true;
            },
            Disk.Replace);

        writer.Write(WriterProcess.Edits(root.FullPath), default);

        Assert.True(isRefused);
        Assert.DoesNotContain(root.Bytes().Keys, name => name.Contains(".pbn-rewrite.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"version\": 2, \"files\": [] }\ncommitted\n")]
    [InlineData("null\n")]
    [InlineData("{ \"version\": 1, \"files\": [ { \"path\": null, \"temporary\": null } ] }\n")]
    [InlineData("garbage\n")]
    public async Task UnreadableJournal_IsRefused(string text)
    {
        using var root = Prepared();
        root.Write(Journaled, text);
        await CommandRun.RefusesAsync(root, 2, "cannot be read: it is not as this version of pbn-rewrite leaves it", WriterProcess.Folder);
    }

    [Fact]
    public async Task FailsAndCannotBeUndone_SaysSoAndTheNextRunUndoesIt()
    {
        var (original, rewritten) = await UndisturbedAsync();
        using var root = Prepared();
        var renames = 0;
        var writer = new DiskWriter(root[WriterProcess.Folder], _ => { }, (source, target) =>
        {
            if (++renames > 2)
            {
                throw new IOException("the disk went away.");
            }

            Disk.Replace(source, target);
        });

        var failure = Assert.Throws<RunException>(() => writer.Write(WriterProcess.Edits(root.FullPath), default));

        Assert.Equal(2, failure.ExitCode);
        Assert.StartsWith("writing failed midway, and what was written could not be undone", failure.Message, StringComparison.Ordinal);
        AssertWhole(original, rewritten, root, "failed");
        Assert.Equal(Undone, Settle(root));
        Assert.Equal(original, root.Bytes());
    }

    /// <summary>Every source, the record and the report are wholly old or wholly new.</summary>
    internal static void AssertWhole(
        SortedDictionary<string, string> before, SortedDictionary<string, string> after, TemporaryFolder root, string place)
    {
        var now = root.Bytes();
        foreach (var name in before.Keys.Union(after.Keys))
        {
            var bytes = now.GetValueOrDefault(name);
            Assert.True(bytes == before.GetValueOrDefault(name) || bytes == after.GetValueOrDefault(name), $"{place}: {name} is neither old nor new.");
        }
    }

    /// <summary>Settles what a killed run left, as the next run does; returns what it says.</summary>
    internal static string Settle(TemporaryFolder root)
    {
        using var messages = new StringWriter { NewLine = "\n" };
        InterruptedWrite.Settle(root[WriterProcess.Folder], Destination.Disk, messages);
        return messages.ToString();
    }

    private static TemporaryFolder Prepared()
    {
        var root = new TemporaryFolder();
        WriterProcess.Prepare(root, Sources);
        return root;
    }

    /// <summary>The bytes before and after.</summary>
    private static async Task<(SortedDictionary<string, string> Original, SortedDictionary<string, string> Rewritten)> UndisturbedAsync()
    {
        using var root = Prepared();
        var original = root.Bytes();
        Assert.True(await WriterProcess.RunAsync(root));
        return (original, root.Bytes());
    }

    /// <summary>The record and Block001.cs are renamed, the others and the report wait.</summary>
    private static async Task<TemporaryFolder> KilledAfterTheFirstSourceAsync()
    {
        var root = Prepared();
        Assert.False(await WriterProcess.RunAsync(root, dieAt: Staged + 4));
        return root;
    }

    private static string Text(SortedDictionary<string, string> bytes, string source) =>
        Encoding.UTF8.GetString(Convert.FromHexString(bytes[Path.Combine(WriterProcess.Folder, source)]));

    private static void DeleteTemporaries(TemporaryFolder root)
    {
        foreach (var file in Directory.EnumerateFiles(root.FullPath, ".pbn-rewrite.*.tmp", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }
}
