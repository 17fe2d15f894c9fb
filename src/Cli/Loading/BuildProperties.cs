using System.Collections.Immutable;
using System.Text;

namespace PbnRewriter.Cli.Loading;

/// <summary>The global properties of the restore, of every load and of every evaluation.</summary>
internal sealed class BuildProperties
{
    private const string Form = "NAME=VALUE";

    // Off Windows a net8.0-windows project compiles only with this; it runs nowhere, and need not.
    private static readonly ImmutableDictionary<string, string> OfThisTool = OperatingSystem.IsWindows()
        ? ImmutableDictionary<string, string>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase)
        : ImmutableDictionary<string, string>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase).Add("EnableWindowsTargeting", "true");

    private BuildProperties(ImmutableArray<string> given, ImmutableDictionary<string, string> global)
    {
        Given = given;
        Global = global;
    }

    /// <summary>No more than what this tool sets by itself.</summary>
    public static BuildProperties None { get; } = new([], OfThisTool);

    /// <summary>What <c>-p</c> was given, for another command that takes the same option.</summary>
    public ImmutableArray<string> Given { get; }

    /// <summary>The values by name; those given win over this tool's own.</summary>
    public ImmutableDictionary<string, string> Global { get; }

    /// <summary>Reads the values of <c>-p</c> as MSBuild does: one holds several properties, and the last of a name counts.</summary>
    public static BuildProperties Parse(IReadOnlyList<string> given) => given.Count == 0 ? None : new(
        [.. given], OfThisTool.SetItems(given.SelectMany(Read)));

    private static IEnumerable<KeyValuePair<string, string>> Read(string text)
    {
        var parts = Split(text).Where(part => part.Length > 0).DefaultIfEmpty("");
        return parts.Select(part => part.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            ? KeyValuePair.Create(part[..end], part[(end + 1)..])
            : throw new RunException(
                ExitCode.Usage,
                $"--property takes {Form}, not '{part}'."
                + (part == text || part.Length == 0 ? "" : " A semicolon or comma ends a property; one in a value is written %3B or %2C.")));
    }

    // Separators within quotes are part of a value, and the quotes are not.
    private static IEnumerable<string> Split(string text)
    {
        var part = new StringBuilder();
        var isQuoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\' when index + 1 < text.Length && text[index + 1] == '"':
                    part.Append(text[++index]);
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case ';' or ',' when !isQuoted:
                    yield return part.ToString();
                    part.Clear();
                    break;
                default:
                    part.Append(text[index]);
                    break;
            }
        }

        yield return part.ToString();
    }
}
