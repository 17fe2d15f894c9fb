namespace PbnRewriter.Cli;

/// <summary>Small rules of the messages: counted nouns, and other tools' texts cut to a line.</summary>
internal static class Sentence
{
    /// <summary><c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(int count, string noun) => Count(count, noun, noun + "s");

    /// <summary>The same with a plural of its own.</summary>
    public static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary>The first line, with a full stop where it has none.</summary>
    public static string Ended(string text) => FirstLine(text).TrimEnd('.') + '.';

    /// <summary>The first line that holds something.</summary>
    public static string FirstLine(string text) =>
        text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "no message";
}
