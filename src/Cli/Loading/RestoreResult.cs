using System.Collections.Immutable;

namespace PbnRewriter.Cli.Loading;

/// <summary>How the restore went.</summary>
/// <param name="Ran">False with <c>--no-restore</c>.</param>
/// <param name="Errors">The error lines of a failed restore, each once; empty after a good one.</param>
internal sealed record RestoreResult(bool Ran, ImmutableArray<string> Errors)
{
    public static RestoreResult Skipped { get; } = new(false, []);

    public static RestoreResult Success { get; } = new(true, []);

    /// <summary>Whether packages are known to be in place.</summary>
    public bool IsGood => Ran && Errors.IsEmpty;

    /// <summary>Keeps of the output what explains the failure.</summary>
    public static RestoreResult Failure(ImmutableArray<string> output)
    {
        var errors = output.Where(line => line.Contains("error ", StringComparison.OrdinalIgnoreCase)).Distinct().ToImmutableArray();
        return new RestoreResult(true, errors.IsEmpty ? [.. output.DefaultIfEmpty("dotnet restore failed without a message.").Take(3)] : errors);
    }

    /// <summary>The lines that speak of a project, or the first ones; two at most.</summary>
    public IEnumerable<string> ErrorsOf(string projectFile)
    {
        var own = Errors.Where(line => line.Contains(projectFile, StringComparison.OrdinalIgnoreCase)).ToArray();
        return (own.Length > 0 ? own : [.. Errors]).Take(2);
    }
}
