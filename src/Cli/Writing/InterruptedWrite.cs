namespace PbnRewriter.Cli.Writing;

/// <summary>Finishes or undoes what a run that was killed while it wrote has left in a folder.</summary>
internal static class InterruptedWrite
{
    private const int FilesShown = 3;

    /// <summary>Settles it before anything is read, and says so; returns whether there was something to settle.</summary>
    /// <param name="folder">Where the journal would be.</param>
    /// <param name="destination">Where this run writes: what writes nothing settles nothing either.</param>
    /// <param name="messages">Where to say what was done.</param>
    public static bool Settle(string folder, Destination destination, TextWriter messages)
    {
        using var journal = Journal.Open(folder);
        if (journal is null)
        {
            return false;
        }

        if (destination != Destination.Disk)
        {
            throw new RunException(
                ExitCode.Usage,
                $"an earlier run was interrupted while it wrote in {folder}, and this one may not write.\n"
                + "Run without --dry-run, --diff and --check first: that finishes or undoes the earlier run. Nothing was written.");
        }

        string outcome;
        try
        {
            outcome = Settle(journal);
            journal.Delete();
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw new RunException(
                ExitCode.Usage,
                $"an earlier run was interrupted while it wrote, and cannot be finished now: {Disk.Reason(failure)}\n"
                + "Every file is whole, some may be rewritten and some not. Run again once they can be written.");
        }

        messages.WriteLine(outcome);
        return true;
    }

    private static string Settle(Journal journal)
    {
        var entries = journal.Entries;
        if (!journal.IsCommitted)
        {
            foreach (var entry in entries)
            {
                File.Delete(entry.Temporary);
            }
        }
        else if (entries.All(entry => entry.CanFinish))
        {
            foreach (var entry in entries)
            {
                entry.TryFinish(Disk.Replace);
            }

            return $"note: finished an earlier run that was interrupted while it wrote {Sentence.Count(entries.Length, "file")}.";
        }
        else if (entries.All(entry => entry.CanUndo))
        {
            // Its undoing was interrupted, or a person put the files back as they were.
            foreach (var entry in entries.Reverse())
            {
                entry.TryUndo(Disk.Replace);
                File.Delete(entry.Temporary);
            }
        }
        else
        {
            throw Blocked(journal);
        }

        return "note: undid an earlier run that was interrupted while it wrote.";
    }

    private static RunException Blocked(Journal journal)
    {
        var files = journal.Entries.Where(entry => !entry.CanFinish).Select(entry => entry.Path).ToList();
        var more = files.Count > FilesShown ? $" and {Sentence.Count(files.Count - FilesShown, "other")}" : "";
        return new RunException(
            ExitCode.Usage,
            $"an earlier run was interrupted while it wrote, and since then changed: {string.Join(", ", files.Take(FilesShown))}{more}.\n"
            + "It can be neither finished nor undone over these changes; nothing was written. Put all files back as they were before it and run again,\n"
            + $"or delete {Journal.FileName} and the .pbn-rewrite.*.tmp files, and take back what it had rewritten with --revert.");
    }
}
