using System.Globalization;
using System.Text.RegularExpressions;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>What a build of one project with <c>-p:ReportAnalyzer=true</c> says of the time that its compiler took.</summary>
/// <param name="Compiler">From the start of the compiler to its end, in milliseconds.</param>
/// <param name="Rules">Milliseconds in the analyzer of each rule, added up over the threads.</param>
internal sealed partial record CompilerReport(double Compiler, IReadOnlyDictionary<string, double> Rules)
{
    public double Together => Rules.Values.Sum();

    public double Share => Together / Compiler;

    /// <summary>Reads the output of a build at the verbosity <c>detailed</c> with a summary of performance.</summary>
    public static CompilerReport Parse(string output) => new(
        double.Parse(CompilerTime().Match(output).Groups["ms"].Value, CultureInfo.InvariantCulture),
        // An analyzer below a millisecond is printed as "<0.001".
        AnalyzerTime().Matches(output).ToDictionary(
            match => match.Groups["rule"].Value, match => 1000 * double.Parse(match.Groups["s"].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"^ *(?<ms>\d+) ms +Csc +1 calls", RegexOptions.Multiline)]
    private static partial Regex CompilerTime();

    [GeneratedRegex(@"^ *<?(?<s>\d+\.\d{3}) +<?\d+ +PbnRewriter\.\w+ \((?<rule>PBN\d{4})\)", RegexOptions.Multiline)]
    private static partial Regex AnalyzerTime();
}
