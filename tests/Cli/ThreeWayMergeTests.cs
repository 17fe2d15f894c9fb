using System.Text;
using CsCheck;

namespace PbnRewriter.Cli.Tests;

public sealed class ThreeWayMergeTests
{
    // Lines that repeat, so that a diff has to choose which is which.
    private static readonly Gen<string[]> Lines = Gen.Int[0, 5]
        .Select(kind => new[] { "", "{", "}", "    bn1 = BatchNorm2d(64);", "    bn2 = BatchNorm2d(64);", "    return x;" }[kind])
        .Array[0, 30];

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void NothingEditedSince_GivesTheOriginalBytes(string newLine) =>
        Gen.Select(Lines, Lines).Sample((before, after) =>
        {
            var (old, changed) = (Bytes(string.Join(newLine, before)), Bytes(string.Join(newLine, after)));
            var merged = new ThreeWayMerge(old, changed, changed).Undo(_ => false);
            return merged.Bytes.AsSpan().SequenceEqual(old) && merged.Conflicts.IsEmpty;
        });

    [Fact]
    public void LinesOfTheirOwnAddedSince_AreAllThatIsLeft() =>
        Gen.Select(Lines, Gen.Int[0, 31], Gen.Int[0, 31]).Sample((lines, first, second) =>
        {
            string[] positions = [.. lines.Select((_, index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture))];
            string[] unique = [.. lines.Zip(positions, (line, number) => $"{line} // {number}")];
            var rewritten = unique.Select(line => line.Replace("BatchNorm2d(64)", "pbn.PatchBatchNorm2d(64, grid: (2, 2))", StringComparison.Ordinal)).ToArray();
            string[] With(string[] text) => [.. text.Take(first), "added();", .. text.Skip(first).Take(second), "more();", .. text.Skip(first).Skip(second)];

            var merged = new ThreeWayMerge(Text(unique), Text(rewritten), Text(With(rewritten))).Undo(_ => false);

            return merged.Bytes.AsSpan().SequenceEqual(Text(With(unique))) && merged.Conflicts.IsEmpty;
        });

    [Theory]
    [InlineData("x = pbn.P(64, grid: (4, 4));", "x = B(64);", 0)]
    [InlineData("x = pbn.P(32, grid: (2, 2));", "x = B(32);", 0)]
    [InlineData("y = pbn.P(64, grid: (2, 2)); // wide", "y = B(64); // wide", 0)]
    [InlineData("x = other.Q(64, grid: (2, 2));", "x = other.Q(64);", 1)]
    [InlineData("x = B(64);", "x = B(64);", 0)]
    [InlineData("", "", 1)]
    public void EditOnARewrittenLine_IsKeptWordByWord(string current, string expected, int conflicts)
    {
        var merged = new ThreeWayMerge(Bytes("x = B(64);"), Bytes("x = pbn.P(64, grid: (2, 2));"), Bytes(current)).Undo(_ => false);

        Assert.Equal(expected, Encoding.UTF8.GetString(merged.Bytes.AsSpan()));
        Assert.Equal(conflicts, merged.Conflicts.Length);
    }

    private static byte[] Text(string[] lines) => Bytes(string.Concat(lines.Select(line => line + "\n")));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
