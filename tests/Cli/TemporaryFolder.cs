namespace PbnRewriter.Cli.Tests;

/// <summary>A folder of one test, outside the repository, whose files can be compared with what they were.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
        : this(Path.GetTempPath())
    {
    }

    private TemporaryFolder(string parent)
    {
        FullPath = Path.Combine(parent, "pbn-rewrite-tests", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(FullPath);
    }

    public string FullPath { get; }

    public string this[string relative] => Path.Combine(FullPath, relative);

    /// <summary>A folder in memory where the system has one: for what is written so often that a disk would take minutes.</summary>
    public static TemporaryFolder InMemory() => new(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath());

    /// <summary>A copy of a fixture, not restored.</summary>
    public static TemporaryFolder OfFixture(string name)
    {
        var folder = new TemporaryFolder();
        folder.CopyFrom(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        return folder;
    }

    public void CopyFrom(string source)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = this[Path.GetRelativePath(source, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Read(string relative) => File.ReadAllText(this[relative]);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
    }

    public void Edit(string relative, string old, string @new)
    {
        var text = Read(relative);
        Assert.Contains(old, text, StringComparison.Ordinal);
        Write(relative, text.Replace(old, @new, StringComparison.Ordinal));
    }

    /// <summary>Every file but those of builds, as relative path and bytes in hexadecimal.</summary>
    public SortedDictionary<string, string> Bytes()
    {
        var bytes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(FullPath, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(FullPath, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or ".git"))
            {
                bytes.Add(relative, new FileInfo(file).LinkTarget is { } target ? $"link to {target}" : Convert.ToHexString(File.ReadAllBytes(file)));
            }
        }

        return bytes;
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(FullPath, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).LinkTarget is null))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(FullPath, recursive: true);
    }
}
