using System.Text;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Tests;

public sealed class UnifiedDiffTests
{
    private const string Twenty = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n";

    public static TheoryData<string, string, string> Edits => new()
    {
        { "one line", "a\nb\nc\n", "a\nB\nc\n" },
        { "two hunks", Twenty, Twenty.Replace("2\n3", "2\nnew\n3", StringComparison.Ordinal).Replace("18\n", "", StringComparison.Ordinal) },
        { "hunks that touch", Twenty, Twenty.Replace("\n4\n", "\nfour\n", StringComparison.Ordinal).Replace("\n11\n", "\neleven\n", StringComparison.Ordinal) },
        { "carriage returns", "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n" },
        { "mixed endings", "a\r\nb\nc\rd\r\n", "a\r\nB\nc\rd\r\nnew\r\n" },
        { "byte order mark", "\uFEFFusing A;\nclass B;\n", "\uFEFFusing P;\nusing A;\nclass B;\n" },
        { "no final new line", "a\nb", "a\nB" },
        { "final new line added", "a\nb", "a\nb\n" },
        { "final new line removed", "a\nb\n", "a\nb" },
        { "first lines", "a\n", "new\na\n" },
        { "other scripts", "// é 漢字\nold\n", "// é 漢字\nnew\n" },
        { "from empty lines", "\n\n\n", "\nx\n\n\n" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task GitApply_GivesTheNewBytes(string situation, string before, string after)
    {
        Assert.NotEmpty(situation);
        await AppliesAsync("a.cs", Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));
    }

    [Theory]
    [InlineData("with blank.cs")]
    [InlineData("déjà/vu.cs")]
    [InlineData("quote\"d é.cs")]
    [InlineData("a/b/c.cs")]
    public async Task GitApply_TakesThePath(string path)
    {
        if (OperatingSystem.IsWindows() && path.Contains('"', StringComparison.Ordinal))
        {
            return;
        }

        await AppliesAsync(path, "old\n"u8.ToArray(), "new\n"u8.ToArray());
    }

    [Fact]
    public async Task Latin1_BytesComeThrough() =>
        await AppliesAsync("a.cs", [.. "// caf"u8, 0xE9, .. "\nold\n"u8], [.. "// caf"u8, 0xE9, .. "\nnew\n"u8]);

    [Fact]
    public async Task Utf16_BytesComeThrough() =>
        await AppliesAsync("a.cs", Encoding.Unicode.GetBytes("\uFEFFa\r\nold\r\nb\r\n"), Encoding.Unicode.GetBytes("\uFEFFa\r\nnew\r\nb\r\n"));

    [Fact]
    public async Task BelowARepository_PathsAreThoseOfTheFolder()
    {
        using var folder = new TemporaryFolder();
        await Git.RunAsync(folder.FullPath, "init", "-q");
        folder.Write("sub/a.cs", "old\n");

        await Git.ApplyAsync(folder["sub"], UnifiedDiff.Create(new FileEdit("", [.. "old\n"u8], [.. "new\n"u8]), "a.cs"));

        Assert.Equal("new\n", folder.Read("sub/a.cs"));
    }

    [Fact]
    public void Text_IsAUnifiedDiffWithThreeLinesAround()
    {
        var diff = UnifiedDiff.Create(
            new FileEdit("", [.. "1\n2\n3\n4\n5\n6\n7\n8\n9"u8], [.. "1\n2\n3\n4\nfive\n6\n7\n8\n9"u8]), "src/a.cs");

        Assert.Equal(
            "--- a/src/a.cs\n+++ b/src/a.cs\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n", Encoding.UTF8.GetString(diff));
    }

    private static async Task AppliesAsync(string path, byte[] before, byte[] after)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        await File.WriteAllBytesAsync(folder[path], before);

        await Git.ApplyAsync(folder.FullPath, UnifiedDiff.Create(new FileEdit(folder[path], [.. before], [.. after]), path));

        Assert.Equal(after, await File.ReadAllBytesAsync(folder[path]));
    }
}
