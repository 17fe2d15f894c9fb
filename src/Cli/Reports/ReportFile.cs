using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Reports;

/// <summary>The file that <c>--report</c> asks for; docs/report.md describes what is in it.</summary>
internal abstract class ReportFile(string path)
{
    private static readonly Dictionary<string, Func<string, ReportFile>> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".json"] = path => new JsonReport(path),
        [".sarif"] = path => new SarifReport(path),
    };

    /// <summary>Reads the option's value and refuses what could not be written in the end.</summary>
    public static ReportFile Parse(string text, string currentDirectory)
    {
        if (!ByExtension.TryGetValue(Path.GetExtension(text), out var create))
        {
            throw new RunException(
                ExitCode.Usage, $"--report takes a file whose name ends with {string.Join(" or ", ByExtension.Keys)}, not '{text}'.");
        }

        var file = Path.GetFullPath(text, currentDirectory);
        if (Directory.Exists(file))
        {
            throw new RunException(ExitCode.Usage, $"--report names a folder: {file}.");
        }

        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            throw new RunException(ExitCode.Usage, $"--report: there is no folder {folder}. Make it first.");
        }

        var report = create(file);
        return !File.Exists(file) || report.IsEarlierReport(EncodedText.BytesOf(file).AsSpan())
            ? report
            : throw new RunException(
                ExitCode.Usage, $"--report names a file that is no report of pbn-rewrite: {file}. Name another one, or delete it first.");
    }

    // Solutions have files of these kinds too, global.json say, and a link may lead to any.
    private bool IsEarlierReport(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || bytes.IndexOf(Mark) >= 0;

    /// <summary>The report as a file to write.</summary>
    /// <param name="report">What the run comes to.</param>
    /// <param name="isWritten">Whether the changes are written.</param>
    /// <param name="baseFolder">Where paths start.</param>
    public FileEdit EditOf(RunReport report, bool isWritten, string baseFolder) =>
        new(path, File.Exists(path) ? EncodedText.BytesOf(path) : null, [.. Content(report, isWritten, baseFolder), (byte)'\n']);

    /// <summary>What every report of this kind holds and no other file does.</summary>
    protected abstract ReadOnlySpan<byte> Mark { get; }

    /// <summary>What is in the file, without the line break at its end.</summary>
    protected abstract byte[] Content(RunReport report, bool isWritten, string baseFolder);
}
