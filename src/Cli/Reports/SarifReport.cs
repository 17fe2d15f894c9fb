using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Reports;

/// <summary>A report in the Static Analysis Results Interchange Format (SARIF) 2.1.0 of OASIS, with fixes.</summary>
internal sealed class SarifReport(string path) : ReportFile(path)
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    private static readonly DiagnosticDescriptor Rule = new BatchNormAnalyzer().SupportedDiagnostics.Single();

    // What the compiler counts as the end of a line; the longest first, as the standard asks.
    private static readonly string[] NewlineSequences = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"];

    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Mark => "\"pbn-rewrite\""u8;

    /// <inheritdoc/>
    protected override byte[] Content(RunReport report, bool isWritten, string baseFolder)
    {
        var artifacts = new SarifArtifacts(baseFolder, [.. report.SourceFiles, .. report.ProjectFiles]);
        var fixes = new Fixes(report, artifacts);
        object[] results =
        [
            .. report.Rewrite.Sites
                .Select(site => (Place: (site.FilePath, site.Line, site.Column), Result: ResultOf(site, fixes, artifacts, isWritten)))
                .Concat(report.Rewrite.Left.Select(use => (Place: (use.FilePath, use.Line, use.Column), Result: ResultOf(use, artifacts))))
                .OrderBy(each => each.Place.FilePath, StringComparer.Ordinal).ThenBy(each => each.Place.Line).ThenBy(each => each.Place.Column)
                .Select(each => each.Result),
        ];
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["$schema"] = Schema,
                ["version"] = "2.1.0",
                ["runs"] = new[]
                {
                    new
                    {
                        Tool = new { Driver = Driver() },
                        OriginalUriBaseIds = artifacts.UriBaseIds,
                        Artifacts = artifacts.All,
                        ColumnKind = "utf16CodeUnits",
                        NewlineSequences,
                        Results = results,
                        Properties = new { Written = isWritten, report.Found, report.Rewritten, Left = report.Found - report.Rewritten },
                    },
                },
            },
            Written);
    }

    private static object Driver() => new
    {
        Name = "pbn-rewrite",
        Version = ToolVersion.WithoutBuildMetadata,
        SemanticVersion = ToolVersion.WithoutBuildMetadata,
        Rules = new[]
        {
            new
            {
                Rule.Id,
                ShortDescription = Message(Text(Rule.Title)),
                FullDescription = Message(Text(Rule.Description)),
                HelpUri = Rule.HelpLinkUri,
                DefaultConfiguration = new { Level = LevelOf(Rule.DefaultSeverity) },
                Properties = new { Rule.Category },
            },
        },
    };

    private static object ResultOf(SiteReport site, Fixes fixes, SarifArtifacts artifacts, bool isWritten)
    {
        var isDone = site.IsRewritten && isWritten;
        return Result(
            // A construction that was rewritten is none any more: nothing is left to be solved.
            isDone ? "informational" : "fail",
            isDone ? "none" : LevelOf(Rule.DefaultSeverity),
            site.LeftBecause is { } reason ? $"This BatchNorm2d is left: {reason.TrimEnd('.')}."
                : isWritten ? "This BatchNorm2d was rewritten to a PatchBatchNorm2d."
                : $"{Text(Rule.Title)}.",
            artifacts.Location(site.FilePath, Region(site.Line, site.Column, site.EndLine, site.EndColumn)),
            site.Fix is { } number ? [fixes.Of(number)] : null,
            new { site.Project, site.Member, Written = isDone, site.LeftBecause });
    }

    private static object ResultOf(LeftUse use, SarifArtifacts artifacts) => Result(
        "review",
        "none",
        $"'{Sentence.FirstLine(use.Use)}' is left: {use.Reason.TrimEnd('.')}.",
        artifacts.Location(use.FilePath, Region(use.Line, use.Column, use.EndLine, use.EndColumn)),
        fixes: null,
        new { use.Project, Note = use.Kind });

    private static object Result(string kind, string level, string text, object location, object[]? fixes, object properties) => new
    {
        RuleId = Rule.Id,
        RuleIndex = 0,
        Kind = kind,
        Level = level,
        Message = Message(text),
        Locations = new[] { location },
        Fixes = fixes,
        Properties = properties,
    };

    private static object Message(string text) => new { Text = text };

    private static object Region(int startLine, int startColumn, int endLine, int endColumn) =>
        new { StartLine = startLine, StartColumn = startColumn, EndLine = endLine, EndColumn = endColumn };

    private static string Text(LocalizableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string LevelOf(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Info => "note",
        _ => "none",
    };

    /// <summary>The fixes of a rewrite, each made once for all of its constructions.</summary>
    private sealed class Fixes(RunReport report, SarifArtifacts artifacts)
    {
        private readonly Dictionary<int, object> made = [];

        public object Of(int number)
        {
            if (!made.TryGetValue(number, out var fix))
            {
                made.Add(number, fix = Make([.. report.Rewrite.EditsOf(number)]));
            }

            return fix;
        }

        private object Make(TextEdit[] edits)
        {
            var sources = edits.GroupBy(edit => edit.FilePath, StringComparer.Ordinal).ToList();
            var projectFiles = sources.SelectMany(file => report.Needs[file.Key]).DistinctBy(edit => edit.Path, FilePaths.Comparer);
            return new
            {
                Description = Message("Rewrite to PatchBatchNorm2d, with what depends on it."),
                ArtifactChanges = sources
                    .Select(file => Change(file.Key, file.Select(edit => (edit.Span, edit.NewText))))
                    .Concat(projectFiles
                        .OrderBy(file => file.Path, StringComparer.Ordinal)
                        .Select(file => Change(file.Path, file.Replacements.Select(each => (new TextSpan(each.Position, each.Removed), each.Inserted)))))
                    .ToArray(),
            };
        }

        private object Change(string file, IEnumerable<(TextSpan Span, string NewText)> replacements) => new
        {
            ArtifactLocation = artifacts.Reference(file),
            Replacements = replacements
                .Select(each =>
                {
                    var lines = artifacts.LinesOf(file).GetLinePositionSpan(each.Span);
                    return new
                    {
                        DeletedRegion = Region(lines.Start.Line + 1, lines.Start.Character + 1, lines.End.Line + 1, lines.End.Character + 1),
                        InsertedContent = each.NewText.Length > 0 ? Message(each.NewText) : null,
                    };
                })
                .ToArray(),
        };
    }
}
