using System.Text;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Tests;

public sealed class EncodedTextTests
{
    public static TheoryData<string, bool> Encodings => new()
    {
        { "utf-8", false }, { "utf-8", true }, { "utf-16", true }, { "utf-16BE", true }, { "utf-32", true }, { "iso-8859-1", false },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void With_KeepsEncodingAndByteOrderMark(string name, bool marked)
    {
        using var folder = new TemporaryFolder();
        var encoding = Encoding.GetEncoding(name);
        byte[] mark = marked ? encoding.GetPreamble() : [];
        File.WriteAllBytes(folder["a.cs"], [.. mark, .. encoding.GetBytes("// é\r\nold")]);

        var text = EncodedText.Read(folder["a.cs"], marked ? Encoding.UTF8 : encoding);
        var edit = text.With([new TextReplacement(text.Text.IndexOf("old", StringComparison.Ordinal), 3, "new é")]);
        var change = Assert.Single(edit.Changes);

        Assert.Equal("// é\r\nold", text.Text);
        Assert.Equal([.. mark, .. encoding.GetBytes("// é\r\nnew é")], edit.After!.Value.ToArray());
        Assert.Equal(File.ReadAllBytes(folder["a.cs"]), edit.Before!.Value.ToArray());
        Assert.Equal(
            edit.After.Value.ToArray(),
            ByteChunker.BytesOf(ByteChunker.TextOf(edit.Before.Value.AsSpan()).Remove(change.Position, change.Removed).Insert(change.Position, change.Inserted)));
    }

    [Fact]
    public void Read_RefusesBytesThatAreNoText()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.cs"], [(byte)'a', 0xE9, (byte)'b']);

        var failure = Assert.Throws<RunException>(() => EncodedText.Read(folder["a.cs"], Encoding.UTF8));

        Assert.Equal(3, failure.ExitCode);
        Assert.Contains("a.cs is not valid UTF-8 text", failure.Message, StringComparison.Ordinal);
    }
}
