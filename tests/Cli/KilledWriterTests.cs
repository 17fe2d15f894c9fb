using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Writing;


namespace PbnRewriter.Cli.Tests;

/// <summary>Kills at random moments: of a process that only writes, often, and of the command itself, a few times.</summary>
public sealed class KilledWriterTests
{
    private const int Sources = 200;
    private const int Kills = 200;
    private const int Lanes = 4;

    private readonly int seed = Environment.TickCount;

    /// <summary>A kill counts that hits the write between its first and its last step; one that came before or after is made up for.</summary>
    [Fact]
    public async Task Writer_KilledAnywhere_LeavesWholeFilesThatTheNextRunSettles()
    {
        using var folder = Prepared();
        var original = folder.Bytes();
        var duration = await WriterProcess.RunAndKillAsync(folder, delay: 1, Timeout.InfiniteTimeSpan);
        var rewritten = folder.Bytes();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => KillAsync(lane, duration, original, rewritten))));

        var (undone, finished) = (outcomes.Sum(each => each.Undone), outcomes.Sum(each => each.Finished));
        Assert.Equal(Kills, undone + finished);
        Assert.True(undone > 0 && finished > 0, $"seed {seed}: {undone} undone, {finished} finished");
    }

    /// <summary>The moments are seen in the folder, and the command is the one that is used: nothing slows it.</summary>
    [Fact]
    public async Task Command_KilledWhileItWrites_NextRunEndsAsAnUndisturbedOneAndReverts()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        for (var index = 1; index <= Sources; index++)
        {
            folder.Write($"Models/Layer{index}.cs", $"public class Layer{index} {{ public object Norm = TorchSharp.torch.nn.BatchNorm2d({index}); }}\n");
        }

        var original = folder.Bytes();
        await CommandProcess.SucceedsAsync(folder, ".", "--no-restore");
        var rewritten = folder.Bytes();
        await CommandProcess.SucceedsAsync(folder, ".", "--revert");
        var random = new Random(seed);
        foreach (var moment in Enum.GetValues<Moment>())
        {
            var place = $"seed {seed}, {moment}";
            AssertSame(original, folder, place);
            await KillAsync(folder, moment, random, ".", "--no-restore");
            for (var attempt = 2; !File.Exists(folder[Journal.FileName]); attempt++)
            {
                Assert.True(attempt <= 5, $"{place}: the write is over too fast to be hit.");
                await CommandProcess.SucceedsAsync(folder, ".", "--revert");
                await KillAsync(folder, moment, random, ".", "--no-restore");
            }

            InterruptedWriteTests.AssertWhole(original, rewritten, folder, place);
            var messages = await CommandProcess.SucceedsAsync(folder, ".", "--no-restore");

            // A busy machine may have let the write go on to its commit before the kill.
            Assert.Matches(moment == Moment.Staging ? "^note: (undid|finished) an earlier run" : "^note: finished an earlier run", messages);
            AssertSame(rewritten, folder, place);

            await KillAsync(folder, moment, random, ".", "--revert");
            InterruptedWriteTests.AssertWhole(original, rewritten, folder, place);
            if (File.Exists(folder[RewriteRecord.FileName]) || File.Exists(folder[Journal.FileName]))
            {
                await CommandProcess.SucceedsAsync(folder, ".", "--revert");
            }

            AssertSame(original, folder, place);
        }
    }

    /// <summary>Kills the command at a moment of its write, unless it has ended by then.</summary>
    private static async Task KillAsync(TemporaryFolder folder, Moment moment, Random random, params string[] arguments)
    {
        var journal = new FileInfo(folder[Journal.FileName]);
        var waiting = random.Next(1, Sources / 2);
        using var process = CommandProcess.Start(folder, arguments);
        var planned = 0L;
        while (!process.HasExited)
        {
            journal.Refresh();
            if (!journal.Exists)
            {
                Thread.Sleep(1);
                continue;
            }

            var temporaries = Directory.GetFiles(folder["Models"], ".pbn-rewrite.*.tmp").Length;
            if (planned == 0 && temporaries > 0)
            {
                journal.Refresh();
                planned = journal.Exists ? journal.Length : 0;
            }

            var isCommitted = planned > 0 && journal.Exists && journal.Length > planned;
            if (moment switch
            {
                Moment.Staging => temporaries >= waiting,
                Moment.Commit => isCommitted,
                _ => isCommitted && temporaries <= waiting,
            })
            {
                process.Kill();
                break;
            }
        }

        await process.WaitForExitAsync();
    }

    private async Task<(int Undone, int Finished)> KillAsync(
        int lane, TimeSpan duration, SortedDictionary<string, string> original, SortedDictionary<string, string> rewritten)
    {
        using var root = Prepared();
        var random = new Random(seed + lane);
        var (undone, finished) = (0, 0);
        for (var attempt = 1; undone + finished < Kills / Lanes; attempt++)
        {
            var delay = duration * random.NextDouble();
            var place = $"seed {seed}, lane {lane}, attempt {attempt}, killed after {delay}";
            Assert.True(attempt <= Kills, $"{place}: too few kills hit the write.");
            await WriterProcess.RunAndKillAsync(root, delay: 1, delay);
            InterruptedWriteTests.AssertWhole(original, rewritten, root, place);

            var messages = InterruptedWriteTests.Settle(root);
            undone += messages.StartsWith("note: undid", StringComparison.Ordinal) ? 1 : 0;
            finished += messages.StartsWith("note: finished", StringComparison.Ordinal) ? 1 : 0;
            if (!File.Exists(root[WriterProcess.Report]))
            {
                AssertSame(original, root, place);
                new DiskWriter(root[WriterProcess.Folder]).Write(WriterProcess.Edits(root.FullPath), default);
            }

            AssertSame(rewritten, root, place);
            File.Delete(root[WriterProcess.Report]);
            File.Delete(Path.Combine(root[WriterProcess.Folder], RewriteRecord.FileName));
            WriterProcess.Prepare(root, Sources);
        }

        return (undone, finished);
    }

    private static void AssertSame(SortedDictionary<string, string> expected, TemporaryFolder root, string place)
    {
        var now = root.Bytes();
        var differing = expected.Keys.Union(now.Keys).Where(name => now.GetValueOrDefault(name) != expected.GetValueOrDefault(name));
        Assert.True(!differing.Any(), $"{place}: {string.Join(", ", differing.Take(3))}");
    }

    private static TemporaryFolder Prepared()
    {
        var root = TemporaryFolder.InMemory();
        WriterProcess.Prepare(root, Sources);
        return root;
    }

    private enum Moment
    {
        Staging,
        Commit,
        Renaming,
    }
}
