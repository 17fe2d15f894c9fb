using System.Globalization;
using System.Text;

namespace CrossDomain.Results;

/// <summary>A summary as tables in Markdown. Accuracies are percentages, differences percentage points.</summary>
internal static class Table
{
    public static string Of(Summary summary)
    {
        var text = new StringBuilder();
        var baseline = summary.Variants[0].Name;
        var settings = summary.Settings;
        Line($"Network {settings.Network}, {settings.ImageSize} pixels, {settings.Steps} steps of {settings.Batch} images, start: {settings.Start.ToString().ToLowerInvariant()}; {summary.Seeds.Count} seeds.");
        Line($"Sources: {string.Join(", ", settings.Sources)}. Held out: {string.Join(", ", settings.HeldOut)}.");
        Line($"");
        Line($"| variant | learning rate | in domain, % | change | held out, % | difference (95 %) | p | collapsed |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var variant in summary.Variants)
        {
            Line($"| {variant.Name} | {variant.LearningRate:0.########}{(variant.AtEdge ? " (edge)" : "")} | {Spread(variant.InDomain.Accuracy)} | {Difference(variant.InDomain)} | {Spread(variant.HeldOut.Accuracy)} | {Difference(variant.HeldOut)} | {P(variant.HeldOut)} | {variant.Collapsed} |");
        }

        Line($"");
        Line($"Accuracy: mean over domains, then mean ± standard deviation over seeds. Differences: paired by seed, from {baseline}, with the half width of the 95 % confidence interval. p: paired t-test, two-sided, corrected (Holm) for {Counted(summary.Variants.Count - 1, "comparison")}. Edge: the lowest or the highest learning rate that there was to choose. Collapsed: the runs whose loss is no number at the end, or whose accuracy in domain is below one and a half times chance.");
        Line($"");
        Line($"By held-out domain: the accuracy of {baseline}, and the differences from it; bold where p, corrected for {Counted((summary.Variants.Count - 1) * settings.HeldOut.Count, "comparison")}, is below 0.05.");
        Line($"");
        Line($"| domain | {string.Join(" | ", summary.Variants.Select(variant => variant.Name))} |");
        Line($"| --- |{string.Concat(Enumerable.Repeat(" --- |", summary.Variants.Count))}");
        foreach (var domain in settings.HeldOut)
        {
            Line($"| {domain} | {string.Join(" | ", summary.Variants.Select(variant => Cell(variant.ByDomain[domain])))} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Spread(Spread spread) =>
        Invariant($"{spread.Mean * 100:F1}") + (double.IsNaN(spread.Deviation) ? "" : Invariant($" ± {spread.Deviation * 100:F1}"));

    private static string Difference(Comparison comparison) => comparison.Difference is not { } difference
        ? ""
        : Signed(difference.Mean) + (double.IsNaN(difference.HalfWidth) ? "" : Invariant($" ± {difference.HalfWidth * 100:F1}"));

    private static string P(Comparison comparison) =>
        double.IsNaN(comparison.P) ? "" : comparison.P < 0.0001 ? "< 0.0001" : Invariant($"{comparison.P:0.0000}");

    private static string Cell(Comparison comparison) => comparison.Difference is not { } difference
        ? Spread(comparison.Accuracy)
        : comparison.P < 0.05 ? $"**{Signed(difference.Mean)}**" : Signed(difference.Mean);

    private static string Signed(double share) => Invariant($"{share * 100:+0.0;-0.0;0.0}");

    private static string Counted(int count, string name) => count == 1 ? $"one {name}" : $"{count} {name}s";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
