using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PbnRewriter.Cli;

/// <summary>The file that <c>--report</c> asks for; docs/report.md describes its fields.</summary>
internal sealed class JsonReport
{
    /// <summary>Grows when a field changes its meaning or goes, not when one is added.</summary>
    private const int SchemaVersion = 1;

    private const string Extension = ".json";

    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly string file;

    private JsonReport(string file) => this.file = file;

    /// <summary>Reads the option's value and refuses what could not be written in the end.</summary>
    public static JsonReport Parse(string text, string currentDirectory)
    {
        if (!string.Equals(Path.GetExtension(text), Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new RunException(ExitCode.Usage, $"--report takes a file whose name ends with {Extension}, not '{text}'.");
        }

        var file = Path.GetFullPath(text, currentDirectory);
        if (Directory.Exists(file))
        {
            throw new RunException(ExitCode.Usage, $"--report names a folder: {file}.");
        }

        var folder = Path.GetDirectoryName(file)!;
        return Directory.Exists(folder)
            ? new JsonReport(file)
            : throw new RunException(ExitCode.Usage, $"--report: there is no folder {folder}. Make it first.");
    }

    /// <summary>The report as a file to write.</summary>
    /// <param name="report">What the run comes to.</param>
    /// <param name="isWritten">Whether the changes are written.</param>
    /// <param name="baseFolder">Where paths start.</param>
    public FileEdit EditOf(RunReport report, bool isWritten, string baseFolder)
    {
        var rewrite = report.Rewrite;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                SchemaVersion,
                ToolVersion = ToolVersion.WithoutBuildMetadata,
                Written = isWritten,
                report.Found,
                report.Rewritten,
                Left = report.Found - report.Rewritten,
                SourceFiles = report.SourceFiles.Select(Shown).Order(StringComparer.Ordinal),
                ProjectFiles = report.ProjectFiles.Select(Shown).Order(StringComparer.Ordinal),
                Projects = ProjectCount.Of(rewrite),
                Sites = rewrite.Sites
                    .Select(site => new
                    {
                        site.Project,
                        File = Shown(site.FilePath),
                        site.Line,
                        site.Column,
                        site.Member,
                        site.IsRewritten,
                        site.LeftBecause,
                    })
                    .OrderBy(site => site.File, StringComparer.Ordinal).ThenBy(site => site.Line).ThenBy(site => site.Column),
                Notes = rewrite.Left
                    .Select(use => new { use.Project, File = Shown(use.FilePath), use.Line, use.Column, use.Kind, use.Use, use.Reason })
                    .OrderBy(use => use.File, StringComparer.Ordinal).ThenBy(use => use.Line).ThenBy(use => use.Column),
            },
            Written);
        return new FileEdit(file, File.Exists(file) ? EncodedText.BytesOf(file) : null, [.. bytes, (byte)'\n']);

        string Shown(string path) => FilePaths.Relative(baseFolder, path);
    }
}
