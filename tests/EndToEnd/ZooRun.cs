using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>
/// One passage of the Zoo through the built tool, which the tests look at: its app is built and run, the solution is
/// rewritten, built and run again, rewritten once more, and taken back.
/// </summary>
public sealed partial class ZooRun : IAsyncLifetime
{
    private readonly SolutionCopy copy = SolutionCopy.OfFixture("Zoo");

    internal Build BuildBefore { get; private set; } = null!;

    internal Build BuildAfter { get; private set; } = null!;

    internal Command Rewrite { get; private set; } = null!;

    internal Command SecondRewrite { get; private set; } = null!;

    /// <summary>What a rewrite of one project, without some of its files, would do.</summary>
    internal Command Partial { get; private set; } = null!;

    internal Command Revert { get; private set; } = null!;

    /// <summary>The files, by path, before the rewrite, after it, after the second one and after the way back.</summary>
    internal IReadOnlyDictionary<string, byte[]> Before { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> After { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> AfterSecond { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> Reverted { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // Compiled code as the solution sees it: no project of the solution, so no source of it can change.
        await Command.LinesAsync(copy.Folder, "build", "Vendor", "--nologo", "-v", "quiet", "-nodeReuse:false");

        Before = copy.Files();
        BuildBefore = await BuildAsync();
        Partial = await RewriteAsync("--dry-run", "--project", "Zoo.Layers", "--exclude", "**/Norm*.cs", "--sites", "ConvNorm.*", "--sites", "*.MakeNorm", "--no-restore");
        Rewrite = await RewriteAsync();
        After = copy.Files();
        BuildAfter = await BuildAsync();
        SecondRewrite = await RewriteAsync();
        AfterSecond = copy.Files();
        Revert = await Command.DotnetAsync(copy.Folder, Repository.Tool, "Zoo.slnx", "--revert");
        Reverted = copy.Files();
    }

    public Task DisposeAsync()
    {
        copy.Dispose();
        return Task.CompletedTask;
    }

    private Task<Command> RewriteAsync(params string[] options) =>
        Command.DotnetAsync(copy.Folder, [Repository.Tool, "Zoo.slnx", "--reference", "project=" + Repository.RuntimeProject, .. options]);

    /// <summary>The app with all that it references; the solution as a whole builds on no system, by design.</summary>
    private async Task<Build> BuildAsync()
    {
        var lines = await Command.LinesAsync(copy.Folder, "build", "Zoo.App", "--nologo", "-v", "quiet", "-tl:off", "-nodeReuse:false");
        var output = await Command.LinesAsync(copy.Folder, Path.Combine("Zoo.App", "bin", "Debug", "net10.0", "Zoo.App.dll"));
        return new Build(
            lines.Where(line => line.Contains(": warning ", StringComparison.Ordinal)).Select(line => Position().Replace(line, "")).Order(StringComparer.Ordinal).Distinct().ToList(),
            output);
    }

    [GeneratedRegex(@"\(\d+,\d+\)(?=: warning )")]
    private static partial Regex Position();

    /// <param name="Warnings">The warnings, without the lines that they are on.</param>
    /// <param name="Output">What the app prints.</param>
    internal sealed record Build(IReadOnlyList<string> Warnings, string[] Output);
}
