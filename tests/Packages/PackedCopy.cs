namespace PbnRewriter.Packages.Tests;

/// <summary>A fresh clone, so to speak: a copy of the repository's files with one commit, in which the packages are made.</summary>
internal sealed class PackedCopy : IDisposable
{
    private static readonly string[] NotSources = ["bin", "obj", "artifacts", "TestResults", ".git", ".vs", ".vscode", ".idea"];

    private readonly string temporary = Directory.CreateTempSubdirectory("pbn-pack-").FullName;

    private PackedCopy(string name)
    {
        Sources = Path.Combine(temporary, name);
        Feed = Path.Combine(temporary, "feed");
        Copy(Repository.Root, Sources);
    }

    public string Sources { get; }

    /// <summary>The folder with what was packed.</summary>
    public string Feed { get; }

    /// <summary>The commit that was packed.</summary>
    public string Commit { get; private set; } = "";

    /// <summary>Packs by the commands given, in a folder of this name.</summary>
    public static async Task<PackedCopy> MakeAsync(string name, params string[][] commands)
    {
        var copy = new PackedCopy(name);
        try
        {
            await copy.CommitAsync();
            foreach (var command in commands)
            {
                await Command.LinesAsync(copy.Sources, [.. command, "--output", copy.Feed, "-nodeReuse:false", "-v", "quiet"]);
            }
        }
        catch
        {
            copy.Dispose();
            throw;
        }

        return copy;
    }

    public PackageFile Package(string id, string extension = "nupkg") =>
        new(Path.Combine(Feed, $"{id}.{Repository.Version}.{extension}"));

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories))
        {
            // Git's objects are read-only.
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(temporary, recursive: true);
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(source).Where(folder => !NotSources.Contains(Path.GetFileName(folder))))
        {
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
    }

    // The same files make the same commit.
    private async Task CommitAsync()
    {
        await GitAsync("init", "--quiet");
        await GitAsync("add", "--all");
        await GitAsync("-c", "commit.gpgSign=false", "commit", "--quiet", "--no-verify", "--message", "Packed");
        Commit = (await GitAsync("rev-parse", "HEAD")).Output.Trim();
    }

    private async Task<Command> GitAsync(params string[] arguments)
    {
        // Named outright: a test run that git itself started, as a hook does, inherits another repository's.
        var environment = new Dictionary<string, string>
        {
            ["GIT_DIR"] = Path.Combine(Sources, ".git"),
            ["GIT_WORK_TREE"] = Sources,
            ["GIT_INDEX_FILE"] = Path.Combine(Sources, ".git", "index"),
            ["GIT_AUTHOR_NAME"] = "Test",
            ["GIT_AUTHOR_EMAIL"] = "test@example.org",
            ["GIT_AUTHOR_DATE"] = "2026-01-01T00:00:00Z",
            ["GIT_COMMITTER_NAME"] = "Test",
            ["GIT_COMMITTER_EMAIL"] = "test@example.org",
            ["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z",
        };
        return (await Command.RunAsync(Sources, environment, "git", arguments)).Succeeded($"git {string.Join(' ', arguments)}");
    }
}
