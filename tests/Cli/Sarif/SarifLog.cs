using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace PbnRewriter.Cli.Tests.Sarif;

/// <summary>
/// A SARIF log as one who knows nothing but the standard reads it: what it says of files is taken from the log alone.
/// </summary>
internal sealed class SarifLog
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(Resource("sarif-2.1.0.schema.json"));

    private readonly JsonNode run;

    private SarifLog(JsonNode log)
    {
        Log = log;
        run = log["runs"]!.AsArray().Single()!;
        AssertValid();
    }

    public JsonNode Log { get; }

    public JsonNode Run => run;

    public IReadOnlyList<JsonNode> Results => [.. run["results"]!.AsArray().Select(result => result!)];

    public IReadOnlyList<JsonNode> Fixes => [.. Results.SelectMany(result => result["fixes"]?.AsArray() ?? []).Select(fix => fix!)];

    /// <summary>Reads a log and holds it to the standard.</summary>
    public static SarifLog Read(TemporaryFolder folder, string name) => Parse(folder.Read(name));

    /// <inheritdoc cref="Read"/>
    public static SarifLog Parse(string text) => new(JsonNode.Parse(text)!);

    /// <summary>Whether the schema takes a document.</summary>
    public static bool IsValid(JsonNode log) => Evaluate(log).IsValid;

    /// <summary>The files that fixes change, with the bytes that they are to have.</summary>
    /// <remarks>Two replacements of one region are one and the same, as the documentation says.</remarks>
    public ImmutableSortedDictionary<string, string> Apply(IEnumerable<JsonNode> fixes)
    {
        var changes = fixes.SelectMany(fix => fix["artifactChanges"]!.AsArray()).ToLookup(
            change => (int)change!["artifactLocation"]!["index"]!, change => change!["replacements"]!.AsArray());
        return changes.ToImmutableSortedDictionary(
            file => PathOf(run["artifacts"]![file.Key]!["location"]!),
            file => Convert.ToHexString(Apply(run["artifacts"]![file.Key]!, file.SelectMany(replacements => replacements).Select(each => each!))),
            StringComparer.Ordinal);
    }

    /// <summary>The text that a result's region spans.</summary>
    public string TextAt(JsonNode result)
    {
        var place = result["locations"]![0]!["physicalLocation"]!;
        var (text, _) = Decode(run["artifacts"]![(int)place["artifactLocation"]!["index"]!]!);
        var (start, end) = Offsets(text, place["region"]!);
        return text[start..end];
    }

    private static EvaluationResults Evaluate(JsonNode log) => Schema.Evaluate(
        JsonSerializer.SerializeToElement(log), new EvaluationOptions { RequireFormatValidation = true, OutputFormat = OutputFormat.List });

    private static string Resource(string name)
    {
        using var stream = typeof(SarifLog).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    private void AssertValid()
    {
        var result = Evaluate(Log);
        Assert.True(result.IsValid, string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors is not null).Select(
            detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}")));

        // What a schema cannot say: numbers that point into the log, and names that are defined in it.
        var artifacts = run["artifacts"]!.AsArray();
        foreach (var location in Objects(Log).Where(each => each.ContainsKey("uri")))
        {
            if (location["index"] is { } index)
            {
                Assert.InRange((int)index, 0, artifacts.Count - 1);
                Assert.Equal((string?)artifacts[(int)index]!["location"]!["uri"], (string?)location["uri"]);
                Assert.Equal((string?)artifacts[(int)index]!["location"]!["uriBaseId"], (string?)location["uriBaseId"]);
            }

            if ((string?)location["uriBaseId"] is { } name)
            {
                Assert.NotNull(run["originalUriBaseIds"]![name]);
            }
        }

        var rules = run["tool"]!["driver"]!["rules"]!.AsArray();
        Assert.All(Results, result => Assert.Equal((string?)rules[(int)result["ruleIndex"]!]!["id"], (string?)result["ruleId"]));
        foreach (var region in Objects(Log).Where(each => each.ContainsKey("startLine")))
        {
            var (startLine, endLine) = ((int)region["startLine"]!, (int)region["endLine"]!);
            Assert.True(startLine < endLine || (startLine == endLine && (int)region["startColumn"]! <= (int)region["endColumn"]!), region.ToJsonString());
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject @object => @object.SelectMany(property => Objects(property.Value)).Append(@object),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };

    private byte[] Apply(JsonNode artifact, IEnumerable<JsonNode> replacements)
    {
        var (text, mark) = Decode(artifact);
        var result = new StringBuilder();
        var position = 0;
        foreach (var (start, end, inserted) in replacements
            .Select(each => (Region: Offsets(text, each["deletedRegion"]!), Inserted: (string?)each["insertedContent"]?["text"] ?? ""))
            .Select(each => (each.Region.Start, each.Region.End, each.Inserted))
            .Distinct().OrderBy(each => each.Start).ThenBy(each => each.End))
        {
            Assert.True(position <= start, "Replacements overlap.");
            result.Append(text, position, start - position).Append(inserted);
            position = end;
        }

        return [.. mark, .. Encoding.GetEncoding((string)artifact["encoding"]!).GetBytes(result.Append(text, position, text.Length - position).ToString())];
    }

    private (string Text, byte[] Mark) Decode(JsonNode artifact)
    {
        var bytes = File.ReadAllBytes(PathOf(artifact["location"]!));
        Assert.Equal((string?)artifact["hashes"]!["sha-256"], Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var encoding = Encoding.GetEncoding((string)artifact["encoding"]!);
        var mark = bytes.AsSpan().StartsWith(encoding.GetPreamble()) ? encoding.GetPreamble() : [];
        return (encoding.GetString(bytes.AsSpan()[mark.Length..]), mark);
    }

    private string PathOf(JsonNode location)
    {
        var uri = (string)location["uri"]!;
        var name = (string?)location["uriBaseId"];
        var text = name is null ? uri : (string)run["originalUriBaseIds"]![name]!["uri"]! + uri;

        // By the rules of RFC 8089, as System.Uri decodes some escapes twice.
        return Uri.UnescapeDataString(text["file://".Length..].TrimStart(OperatingSystem.IsWindows() ? '/' : '\0'));
    }

    private (int Start, int End) Offsets(string text, JsonNode region)
    {
        Assert.Equal("utf16CodeUnits", (string?)run["columnKind"]);
        var sequences = run["newlineSequences"]!.AsArray().Select(each => (string)each!).ToList();
        var starts = new List<int> { 0 };
        for (var position = 0; position < text.Length;)
        {
            var sequence = sequences.Find(each => string.CompareOrdinal(text, position, each, 0, each.Length) == 0);
            position += sequence?.Length ?? 1;
            if (sequence is not null)
            {
                starts.Add(position);
            }
        }

        return (Offset("startLine", "startColumn"), Offset("endLine", "endColumn"));

        int Offset(string line, string column) => starts[(int)region[line]! - 1] + (int)region[column]! - 1;
    }
}
