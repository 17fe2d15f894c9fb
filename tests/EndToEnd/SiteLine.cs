using System.Globalization;
using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A line of the tool's report that accounts for a site.</summary>
/// <param name="File">The file, relative to the solution.</param>
/// <param name="Line">The line before the rewrite.</param>
/// <param name="Member">The member that the site is in.</param>
/// <param name="LeftBecause">Why the site is left; null where it is rewritten.</param>
internal sealed partial record SiteLine(string File, int Line, string Member, string? LeftBecause)
{
    /// <summary>The sites of a report. A line in the form of a site's with another outcome fails.</summary>
    public static List<SiteLine> In(Command rewrite)
    {
        var sites = new List<SiteLine>();
        foreach (Match match in Form().Matches(rewrite.Output))
        {
            var outcome = match.Groups["outcome"].Value;
            if (match.Groups["member"].Value == "note")
            {
                continue;
            }

            Assert.True(outcome == "rewritten" || outcome.StartsWith("left: ", StringComparison.Ordinal), match.Value);
            sites.Add(new SiteLine(
                match.Groups["file"].Value,
                int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
                match.Groups["member"].Value,
                outcome == "rewritten" ? null : outcome["left: ".Length..]));
        }

        return sites;
    }

    [GeneratedRegex(@"^(?<file>[^()\r\n]+)\((?<line>\d+),\d+\): (?<member>[^:\r\n]+): (?<outcome>[^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex Form();
}
