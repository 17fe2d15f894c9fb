using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>How the text of a file is written down: what an edit must not touch.</summary>
internal sealed record TextStyle(Encoding Encoding, IReadOnlyList<string> LineBreaks, bool HasTabs, bool EndsInBreak)
{
    public static TextStyle Of(Choices choices) => new(
        choices.Of<Encoding>(new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode),
        choices.Of<string[]>(["\n"], ["\r\n"], ["\n", "\r\n", "\r\n"]),
        choices.OneIn(3),
        !choices.OneIn(5));

    /// <summary>The text of a file that was written with line feeds and spaces.</summary>
    public SourceText Write(string code)
    {
        var lines = (EndsInBreak ? code : code.TrimEnd('\n')).Split('\n');
        var text = new StringBuilder(lines[0]);
        for (var index = 1; index < lines.Length; index++)
        {
            text.Append(LineBreaks[index % LineBreaks.Count]).Append(HasTabs ? Tabbed(lines[index]) : lines[index]);
        }

        return SourceText.From(text.ToString(), Encoding);
    }

    private static string Tabbed(string line)
    {
        var code = line.TrimStart(' ');
        var (tabs, spaces) = Math.DivRem(line.Length - code.Length, 4);
        return new string('\t', tabs) + new string(' ', spaces) + code;
    }
}
