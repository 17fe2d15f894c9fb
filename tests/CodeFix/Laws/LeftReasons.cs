using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>Counts why sites are left: what keeps the laws may still be a shape that the engine does not follow.</summary>
internal sealed partial class LeftReasons
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    private int uncompiled;

    /// <summary>How many programs did not compile to begin with.</summary>
    public int Uncompiled => uncompiled;

    public void AddUncompiled() => Interlocked.Increment(ref uncompiled);

    public void Add(RewriteReport report)
    {
        foreach (var site in report.Sites)
        {
            var reason = site.LeftBecause is null ? "rewritten" : Particulars().Replace(site.LeftBecause, "*");
            counts.AddOrUpdate(reason, 1, (_, count) => count + 1);
        }
    }

    /// <summary>The reasons, the most frequent first.</summary>
    public override string ToString() =>
        $"{uncompiled,7} programs did not compile\n" + string.Join("\n", counts.OrderByDescending(each => each.Value).Select(each => $"{each.Value,7} {each.Key}"));

    [GeneratedRegex(@"(global::|Net\.|TorchSharp\.)*P\d+\w*")]
    private static partial Regex Particulars();
}
