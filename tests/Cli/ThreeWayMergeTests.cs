using System.Text;
using CsCheck;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Tests;

public sealed class ThreeWayMergeTests
{
    private const string Construction = "BatchNorm2d(64)";

    // Lines that repeat, so that a diff has to choose which is which.
    private static readonly Gen<string[]> Lines = Gen.Int[0, 5]
        .Select(kind => new[] { "", "{", "}", "    (\"bn1\", BatchNorm2d(64)),", "    bn2 = BatchNorm2d(64);", "    return x;" }[kind])
        .Array[0, 30];

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void NothingEditedSince_GivesTheOriginalBytes(string newLine) =>
        Lines.Sample(lines =>
        {
            var change = Rewrite(string.Join(newLine, lines));
            var merged = new ThreeWayMerge(change, change.After!.Value.AsSpan()).Undo(_ => false);
            return merged.Bytes.SequenceEqual(change.Before!.Value) && merged.Conflicts.IsEmpty;
        });

    [Fact]
    public void LinesOfTheirOwnAddedSince_AreAllThatIsLeft() =>
        Gen.Select(Lines, Gen.Int[0, 31], Gen.Int[0, 31]).Sample((lines, first, second) =>
        {
            string[] unique = [.. lines.Select((line, index) => $"{line} // {index}\n")];
            string With(IEnumerable<string> text) => string.Concat(
                [.. text.Take(first), "added();\n", .. text.Skip(first).Take(second), "more();\n", .. text.Skip(first).Skip(second)]);
            var change = Rewrite(string.Concat(unique));

            var merged = new ThreeWayMerge(change, Bytes(With(unique.Select(line => Text(Rewrite(line).After!.Value))))).Undo(_ => false);

            return Text(merged.Bytes) == With(unique) && merged.Conflicts.IsEmpty;
        });

    [Theory]
    [InlineData("(\"bn\", pbn.P(64, grid: (4, 4))),", "(\"bn\", BatchNorm2d(64)),", 0)]
    [InlineData("(\"bn\", pbn.P(32, grid: (2, 2))),", "(\"bn\", BatchNorm2d(32)),", 0)]
    [InlineData("(\"norm\", pbn.P(64, grid: (2, 2))), // wide", "(\"norm\", BatchNorm2d(64)), // wide", 0)]
    [InlineData("(\"bn\", pbn.P(64)),", "(\"bn\", BatchNorm2d(64)),", 0)]
    [InlineData("(\"bn\", BatchNorm2d(64)),", "(\"bn\", BatchNorm2d(64)),", 0)]
    [InlineData("(\"bn\", other.Q(64, grid: (2, 2))),", "(\"bn\", other.Q(64, grid: (2, 2))),", 1)]
    [InlineData("(\"bn\", pbn.P(64, grid: (2, 2), global_weight: 0.4)),", "(\"bn\", pbn.P(64, grid: (2, 2), global_weight: 0.4)),", 1)]
    [InlineData("", "", 1)]
    public void EditOfARewrittenCall_IsKeptWithItOrGoesWithIt(string current, string expected, int conflicts)
    {
        var merged = new ThreeWayMerge(Rewrite("(\"bn\", BatchNorm2d(64)),"), Bytes(current)).Undo(_ => false);

        Assert.Equal(expected, Text(merged.Bytes));
        Assert.Equal(conflicts, merged.Conflicts.Length);
    }

    /// <summary>What a rewrite makes of a file: the called name and one argument more.</summary>
    private static FileEdit Rewrite(string text)
    {
        var changes = new List<TextReplacement>();
        for (var start = text.IndexOf(Construction, StringComparison.Ordinal); start >= 0; start = text.IndexOf(Construction, start + 1, StringComparison.Ordinal))
        {
            changes.Add(new TextReplacement(start, "BatchNorm2d".Length, "pbn.P", start));
            changes.Add(new TextReplacement(start + Construction.Length - 1, 0, ", grid: (2, 2)", start));
        }

        return new FileEdit("a.cs", [.. Bytes(text)], [.. Bytes(text.Replace(Construction, "pbn.P(64, grid: (2, 2))", StringComparison.Ordinal))])
        {
            Changes = [.. changes],
        };
    }

    private static string Text(IEnumerable<byte> bytes) => Encoding.UTF8.GetString([.. bytes]);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
