using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PbnRewriter.Cli.Reports;

/// <summary>A report in this project's own schema.</summary>
internal sealed class JsonReport(string path) : ReportFile(path)
{
    /// <summary>Grows when a field changes its meaning or goes, not when one is added.</summary>
    private const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Mark => "\"toolVersion\""u8;

    /// <inheritdoc/>
    protected override byte[] Content(RunReport report, bool isWritten, string baseFolder)
    {
        var rewrite = report.Rewrite;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                SchemaVersion,
                ToolVersion = ToolVersion.WithoutBuildMetadata,
                Written = isWritten,
                report.Found,
                report.Rewritten,
                Left = report.Found - report.Rewritten,
                SourceFiles = report.SourceFiles.Select(edit => Shown(edit.Path)).Order(StringComparer.Ordinal),
                ProjectFiles = report.ProjectFiles.Select(edit => Shown(edit.Path)).Order(StringComparer.Ordinal),
                Projects = ProjectCount.Of(rewrite).Select(project => new { project.Name, project.Found, project.Rewritten, project.Left, project.LeftBecause }),
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

        string Shown(string path) => FilePaths.Relative(baseFolder, path);
    }
}
