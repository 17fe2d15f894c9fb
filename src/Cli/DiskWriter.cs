using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>
/// Writes each file beside the original, flushes it, and renames it over the original once all are there, so that
/// no file is ever half written. Where a rename fails, the files renamed before it get their old bytes back. Files that are
/// to go are deleted last.
/// </summary>
/// <param name="replace">Renames a file over another one.</param>
internal sealed class DiskWriter(Action<string, string> replace) : IChangeWriter
{
    public DiskWriter()
        : this((source, target) => File.Move(source, target, overwrite: true))
    {
    }

    public void Write(ImmutableArray<FileEdit> edits)
    {
        var staged = new List<Staged>();
        try
        {
            foreach (var edit in edits)
            {
                Stage(edit, staged);
            }

            Replace(staged);
        }
        finally
        {
            foreach (var file in staged)
            {
                File.Delete(file.Temporary);
            }
        }
    }

    private static void Stage(FileEdit edit, List<Staged> staged)
    {
        try
        {
            var target = Target(edit.Path);
            EnsureUnchanged(edit, target);
            var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
            staged.Add(new Staged(edit, target, temporary));
            if (edit.After is { } after)
            {
                WriteFlushed(temporary, target, after);
            }
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            throw CannotWrite(edit.Path, failure);
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
            throw new RunException(ExitCode.NotLoaded, $"{edit.Path} changed while it was being rewritten. Run again; nothing was written.");
        }
    }

    private void Replace(List<Staged> files)
    {
        List<Staged> staged = [.. files.OrderBy(file => file.Edit.After is null)];
        for (var index = 0; index < staged.Count; index++)
        {
            try
            {
                Put(staged[index], staged[index].Edit.After is not null);
            }
            catch (Exception failure)
            {
                PutBack(staged.Take(index));
                if (IsDiskFailure(failure))
                {
                    throw CannotWrite(staged[index].Edit.Path, failure);
                }

                throw;
            }
        }
    }

    private void PutBack(IEnumerable<Staged> written)
    {
        var lost = new List<string>();
        foreach (var file in written)
        {
            try
            {
                if (file.Edit.Before is { } before)
                {
                    WriteFlushed(file.Temporary, file.Target, before);
                }

                Put(file, file.Edit.Before is not null);
            }
            catch (Exception failure) when (IsDiskFailure(failure))
            {
                lost.Add(file.Edit.Path);
            }
        }

        if (lost.Count > 0)
        {
            throw new RunException(
                ExitCode.Usage,
                $"writing failed midway, and these files could not be put back: {string.Join(", ", lost)}. "
                + "They are rewritten and whole; run again to finish once the disk can be written.");
        }
    }

    private void Put(Staged file, bool exists)
    {
        if (exists)
        {
            replace(file.Temporary, file.Target);
        }
        else
        {
            File.Delete(file.Target);
        }
    }

    // A symbolic link stays a link: the file that it leads to is replaced.
    private static string Target(string path) =>
        File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;

    // A rename would go over a read-only file without a word.
    private static void EnsureWritable(string target)
    {
        if ((File.GetAttributes(target) & FileAttributes.ReadOnly) != 0)
        {
            throw new UnauthorizedAccessException("the file is read-only.");
        }

        using var stream = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    private static void WriteFlushed(string temporary, string target, ImmutableArray<byte> bytes)
    {
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes.AsSpan());
            stream.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }
    }

    private static bool IsDiskFailure(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private static RunException CannotWrite(string path, Exception failure) => new(
        ExitCode.Usage, $"{path} cannot be written: {Sentence.FirstLine(failure.Message)} No file was changed.");

    private sealed record Staged(FileEdit Edit, string Target, string Temporary);
}
