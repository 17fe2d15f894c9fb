using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>
/// Writes each file beside the original, flushes it, and renames it over the original once all are there, so that
/// no file is ever half written. Where a rename fails, the files renamed before it get their old bytes back.
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
            EnsureWritable(target);
            if (!File.ReadAllBytes(target).AsSpan().SequenceEqual(edit.Before.AsSpan()))
            {
                throw new RunException(ExitCode.NotLoaded, $"{edit.Path} changed while it was being rewritten. Run again; nothing was written.");
            }

            var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
            staged.Add(new Staged(edit, target, temporary));
            WriteFlushed(temporary, target, edit.After);
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            throw CannotWrite(edit.Path, failure);
        }
    }

    private void Replace(List<Staged> staged)
    {
        for (var index = 0; index < staged.Count; index++)
        {
            try
            {
                replace(staged[index].Temporary, staged[index].Target);
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
                WriteFlushed(file.Temporary, file.Target, file.Edit.Before);
                replace(file.Temporary, file.Target);
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

    // A symbolic link stays a link: the file that it leads to is replaced.
    private static string Target(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

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

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }
    }

    private static bool IsDiskFailure(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private static RunException CannotWrite(string path, Exception failure) => new(
        ExitCode.Usage, $"{path} cannot be written: {Sentence.FirstLine(failure.Message)} No file was changed.");

    private sealed record Staged(FileEdit Edit, string Target, string Temporary);
}
