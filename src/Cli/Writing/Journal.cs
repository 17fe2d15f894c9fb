using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace PbnRewriter.Cli.Writing;

/// <summary>
/// What a run that writes is about to do, on disk before it does it, so that after a kill the next run can finish or undo it.
/// The first line names every file, the second says that all temporaries are complete. It is there only while a run writes,
/// and held open alone, so that of two runs one writes; a killed process lets go of it.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = ".pbn-rewrite.journal";

    private const int Version = 1;
    private const string Committed = "committed";

    private readonly string path;
    private readonly FileStream stream;

    private Journal(string path, FileStream stream, ImmutableArray<JournalEntry> entries, bool isCommitted)
    {
        this.path = path;
        this.stream = stream;
        Entries = entries;
        IsCommitted = isCommitted;
    }

    // Elsewhere only FileShare.None locks; on Windows it would keep the holder itself from deleting the file.
    private static FileShare Alone => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>The files of the write; none where it was interrupted before any was touched.</summary>
    public ImmutableArray<JournalEntry> Entries { get; }

    /// <summary>Whether every temporary was complete, and files were renamed.</summary>
    public bool IsCommitted { get; }

    /// <summary>Begins a write in a folder.</summary>
    public static Journal Create(string folder, ImmutableArray<JournalEntry> entries)
    {
        var path = Path.Combine(folder, FileName);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, Alone, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw IsInUse(path);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw Disk.CannotWrite(path, failure);
        }

        var journal = new Journal(path, stream, entries, isCommitted: false);
        try
        {
            journal.Append(JsonSerializer.Serialize(new
            {
                version = Version,
                files = entries.Select(entry => new
                {
                    path = Written(folder, entry.Path),
                    temporary = Written(folder, entry.Temporary),
                    before = entry.Before,
                    after = entry.After,
                }),
            }));
            return journal;
        }
        catch
        {
            journal.Delete();
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The journal that an interrupted run left in a folder, or null.</summary>
    public static Journal? Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, Alone, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new RunException(
                ExitCode.Usage,
                $"{path}, which an interrupted run left, cannot be read: {Sentence.FirstLine(failure.Message)} Run again once it can be; nothing was written.");
        }
        catch (IOException)
        {
            throw IsInUse(path);
        }

        try
        {
            // A run that ended just now deleted it before it let go.
            if (File.Exists(path))
            {
                return Read(path, stream, folder);
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        stream.Dispose();
        return null;
    }

    /// <summary>Every temporary is complete: from here on the write is finished, by the next run if need be.</summary>
    public void Commit() => Append(Committed);

    /// <summary>The write is done. A journal that stays where the disk fails is found to be done by the next run.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // Nothing is lost by it, and the files themselves are as they should be.
        }
    }

    public void Dispose() => stream.Dispose();

    private static Journal Read(string path, FileStream stream, string folder)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);

        // A line counts once it has ended. Where the first one has not, no file was touched yet.
        var lines = reader.ReadToEnd().Split('\n')[..^1];
        try
        {
            return new Journal(path, stream, lines.Length > 0 ? Parse(lines[0], folder) : [], lines.Contains(Committed));
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new RunException(
                ExitCode.Usage,
                $"{path}, which an interrupted run left, cannot be read: it is not as this version of pbn-rewrite leaves it.\n"
                + "Check your files, each of which is wholly old or new, and delete it. Nothing was written.");
        }
    }

    private static ImmutableArray<JournalEntry> Parse(string line, string folder)
    {
        using var document = JsonDocument.Parse(line);
        if (document.RootElement.GetProperty("version").GetInt32() != Version)
        {
            throw new JsonException("The version is another one.");
        }

        return [.. document.RootElement.GetProperty("files").EnumerateArray().Select(file => new JournalEntry(
            Path.GetFullPath(file.GetProperty("path").GetString()!, folder),
            Path.GetFullPath(file.GetProperty("temporary").GetString()!, folder),
            file.GetProperty("before").GetString(),
            file.GetProperty("after").GetString()))];
    }

    // A folder may have several names by symbolic links, so that only what lies below it is told from it.
    private static string Written(string folder, string file) => FilePaths.IsBelow(folder, file) ? FilePaths.Relative(folder, file) : file;

    private static RunException IsInUse(string path) => new(
        ExitCode.Usage, $"another run of pbn-rewrite is writing in this folder: it holds {path}. Run again when it has ended; nothing was written.");

    private void Append(string line)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw Disk.CannotWrite(path, failure);
        }
    }
}
