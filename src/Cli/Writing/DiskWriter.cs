using System.Collections.Immutable;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Writing;

/// <summary>
/// Writes each file beside the original, flushes it, and renames it over the original once all are there, so that no file
/// is ever half written. A <see cref="Journal"/> says what is being done, so that a killed run can be finished or undone
/// (<see cref="InterruptedWrite"/>); where a rename fails, all files get their old bytes back. Files that are to go are
/// deleted last.
/// </summary>
/// <param name="folder">Where the journal lies meanwhile.</param>
/// <param name="staged">Told of each file whose other bytes are on disk; tests stop or slow a write there.</param>
/// <param name="replace">Renames a file over another one; tests let it fail.</param>
internal sealed class DiskWriter(string folder, Action<string> staged, Action<string, string> replace) : IChangeWriter
{
    public DiskWriter(string folder)
        : this(folder, _ => { }, Disk.Replace)
    {
    }

    public void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken)
    {
        ImmutableArray<PlannedFile> files = [.. edits.OrderBy(edit => edit.After is null).Select(Plan)];

        // A single rename happens or does not: a report alone needs no journal, nor leave to write beside the solution.
        using var journal = files.Length > 1 ? Journal.Create(folder, [.. files.Select(file => file.Entry)]) : null;
        try
        {
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Stage(file);
                staged(file.Edit.Path);
            }

            cancellationToken.ThrowIfCancellationRequested();
            journal?.Commit();
        }
        catch
        {
            Clear(files, journal);
            throw;
        }

        foreach (var file in files)
        {
            Finish(file, files, journal);
        }

        journal?.Delete();
    }

    private static PlannedFile Plan(FileEdit edit)
    {
        try
        {
            return new PlannedFile(edit, JournalEntry.Of(edit));
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw Disk.CannotWrite(edit.Path, failure);
        }
    }

    private static void Stage(PlannedFile file)
    {
        var (edit, entry) = file;
        try
        {
            EnsureUnchanged(edit, entry.Path);
            if (edit.After is { } after)
            {
                Disk.WriteFlushed(entry.Temporary, entry.Path, after);
            }
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw Disk.CannotWrite(edit.Path, failure);
        }
    }

    private static void EnsureUnchanged(FileEdit edit, string target)
    {
        if (edit.Before is not null)
        {
            EnsureWritable(target);
        }

        var isUnchanged = edit.Before is { } before ? File.ReadAllBytes(target).AsSpan().SequenceEqual(before.AsSpan()) : !File.Exists(target);
        if (!isUnchanged)
        {
            throw Changed(edit);
        }
    }

    // A rename would go over a read-only file without a word.
    private static void EnsureWritable(string target)
    {
        if ((File.GetAttributes(target) & FileAttributes.ReadOnly) != 0)
        {
            throw new UnauthorizedAccessException("the file is read-only.");
        }

        using var stream = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    private static RunException Changed(FileEdit edit) => new(
        ExitCode.NotLoaded, $"{edit.Path} changed while it was being rewritten. Run again; nothing was written.");

    // Temporaries that cannot be deleted stay in the journal, and the next run deletes them.
    private static void Clear(ImmutableArray<PlannedFile> files, Journal? journal)
    {
        try
        {
            foreach (var file in files)
            {
                File.Delete(file.Entry.Temporary);
            }

            journal?.Delete();
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // What stopped the write says more.
        }
    }

    private void Finish(PlannedFile file, ImmutableArray<PlannedFile> files, Journal? journal)
    {
        try
        {
            if (!file.Entry.TryFinish(replace))
            {
                throw Changed(file.Edit);
            }
        }
        catch (Exception failure)
        {
            Undo(files, journal);
            if (Disk.IsFailure(failure))
            {
                throw Disk.CannotWrite(file.Edit.Path, failure);
            }

            throw;
        }
    }

    // Killed in here, the write is undone by the next run, or finished where no file had its old bytes back.
    private void Undo(ImmutableArray<PlannedFile> files, Journal? journal)
    {
        try
        {
            foreach (var (edit, entry) in files)
            {
                if (edit is { Before: { } before, IsEmpty: false } && entry.IsFinished)
                {
                    Disk.WriteFlushed(entry.Temporary, entry.Path, before);
                }
            }

            foreach (var file in files.Reverse())
            {
                file.Entry.TryUndo(replace);
            }
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw new RunException(
                ExitCode.Usage,
                "writing failed midway, and what was written could not be undone: some files are rewritten and some are not, each of them whole.\n"
                + "Run again once the disk can be written; that run first finishes or undoes this one.");
        }

        Clear(files, journal);
    }

    private sealed record PlannedFile(FileEdit Edit, JournalEntry Entry);
}
