using System.Diagnostics;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>Times contenders in turn, so that whatever else the machine does meets all of them alike.</summary>
internal static class Interleaved
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.6);

    /// <summary>Runs each contender once a round, beginning with another one each time, after a warm-up.</summary>
    /// <param name="rounds">How often each is timed.</param>
    /// <param name="contenders">Each runs once and returns the times of its stages, in milliseconds.</param>
    /// <returns>For each contender the median of each stage's times, in milliseconds.</returns>
    public static double[][] Medians(int rounds, params Func<double[]>[] contenders)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            foreach (var contender in contenders)
            {
                contender();
            }
        }
        while (Stopwatch.GetElapsedTime(start) < s_warmUp);

        // Methods that were called often are compiled anew in the background.
        Thread.Sleep(300);
        var times = contenders.Select(_ => new List<double[]>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var contender = (round + i) % contenders.Length;
                times[contender].Add(contenders[contender]());
            }
        }

        return [.. times.Select(ofContender => Enumerable.Range(0, ofContender[0].Length)
            .Select(stage => Median(ofContender.Select(stages => stages[stage])))
            .ToArray())];
    }

    /// <summary>The middle of numbers, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The mean of ratios.</summary>
    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    /// <summary>Times an action, in milliseconds.</summary>
    public static double Milliseconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
