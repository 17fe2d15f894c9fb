using ScottPlot;

namespace CrossDomain.Results;

/// <summary>A summary as a picture: the difference of each variant from the baseline on the held-out domains, seed by seed.</summary>
internal static class Chart
{
    private const int Width = 1100;

    public static void Write(Summary summary, string path)
    {
        var variants = summary.Variants.Skip(1).Reverse().ToArray();
        var both = new Multiplot();
        both.AddPlots(2);
        both.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Differences(both.GetPlot(0), variants, summary.Variants[0].Name, "Held-out domains", variant => variant.HeldOut);
        Differences(both.GetPlot(1), variants, summary.Variants[0].Name, "Source domains", variant => variant.InDomain);
        both.SavePng(path, Width, 120 + 45 * variants.Length);
    }

    /// <summary>A row for each variant: the mean with its 95 % confidence interval.</summary>
    private static void Differences(Plot plot, VariantSummary[] variants, string baseline, string title, Func<VariantSummary, Comparison> measure)
    {
        for (var row = 0; row < variants.Length; row++)
        {
            var difference = measure(variants[row]).Difference!;
            var mean = difference.Mean * 100;
            var marker = plot.Add.Marker(mean, row, MarkerShape.FilledCircle, 9, Colors.SteelBlue);
            if (!double.IsNaN(difference.HalfWidth))
            {
                var line = plot.Add.Line(mean - difference.HalfWidth * 100, row, mean + difference.HalfWidth * 100, row);
                line.LineColor = marker.Color;
                line.LineWidth = 2;
            }
        }

        var zero = plot.Add.VerticalLine(0);
        zero.LineColor = Colors.Gray;
        zero.LinePattern = LinePattern.Dashed;
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, variants.Length).Select(i => (double)i)], [.. variants.Select(variant => variant.Name)]);
        plot.Axes.SetLimitsY(-0.7, variants.Length - 0.3);
        plot.Axes.Bottom.Label.Text = $"difference from {baseline}, percentage points";
        plot.Axes.Bottom.Label.Bold = false;
        plot.Title(title, 15);
    }
}
