using System.Text.RegularExpressions;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.References;

/// <summary>Inserts elements into a project file's text and keeps everything else as it is.</summary>
internal static partial class ProjectText
{
    /// <summary>Where an element is inserted so that it follows another one, and what.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="line">The line of the other element, counted from 1.</param>
    /// <param name="column">A column within its start tag, counted from 1.</param>
    /// <param name="element">The new element.</param>
    public static TextReplacement After(string text, int line, int column, string element)
    {
        var start = text.LastIndexOf('<', Offset(text, line, column));
        return new TextReplacement(EndOfElement(text, start), 0, Separator(text, start) + element);
    }

    /// <summary>Where a new item group with the element goes: at the end of the project.</summary>
    public static TextReplacement AtEnd(string text, string element)
    {
        var newLine = NewLine(text, 0);
        var child = FirstChild().Match(text);
        var indentation = child.Success ? child.Groups["group"].Value : "  ";
        var inner = child.Groups["item"].Success ? child.Groups["item"].Value : indentation + (indentation.Length > 0 ? indentation : "  ");
        var group = indentation + "<ItemGroup>" + newLine
            + inner + element + newLine
            + indentation + "</ItemGroup>" + newLine;

        var close = text.LastIndexOf("</Project", StringComparison.Ordinal);
        if (close < 0)
        {
            // `<Project ... />` gets content.
            var slash = text.LastIndexOf("/>", StringComparison.Ordinal);
            var tagEnd = text[..slash].TrimEnd().Length;
            return new TextReplacement(tagEnd, slash + 2 - tagEnd, ">" + newLine + newLine + group + "</Project>");
        }

        var lineStart = text.LastIndexOf('\n', close) + 1;
        if (!string.IsNullOrWhiteSpace(text[lineStart..close]))
        {
            return new TextReplacement(close, 0, newLine + group);
        }

        // A blank line before `</Project>` is kept there.
        return text[..lineStart].EndsWith(newLine + newLine, StringComparison.Ordinal)
            ? new TextReplacement(lineStart, 0, group + newLine)
            : new TextReplacement(lineStart, 0, newLine + group);
    }

    private static int Offset(string text, int line, int column)
    {
        var offset = 0;
        for (var current = 1; current < line; current++)
        {
            offset = NextLine(text, offset);
        }

        return Math.Min(offset + column - 1, text.Length - 1);
    }

    // XML ends a line at \r\n, \n and a lone \r.
    private static int NextLine(string text, int offset)
    {
        var end = text.AsSpan(offset).IndexOfAny('\r', '\n') + offset;
        return text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
    }

    private static int EndOfElement(string text, int start)
    {
        var name = ElementName().Match(text, start + 1).Value;
        var tagEnd = EndOfTag(text, start);
        if (text[tagEnd - 1] == '/')
        {
            return tagEnd + 1;
        }

        var position = tagEnd + 1;
        while (true)
        {
            position = text.IndexOf('<', position);
            if (Starts(text, position, "<!--"))
            {
                position = text.IndexOf("-->", position, StringComparison.Ordinal) + 3;
            }
            else if (Starts(text, position, "<![CDATA["))
            {
                position = text.IndexOf("]]>", position, StringComparison.Ordinal) + 3;
            }
            else if (Starts(text, position, "</" + name))
            {
                return text.IndexOf('>', position) + 1;
            }
            else
            {
                position = EndOfTag(text, position) + 1;
            }
        }
    }

    // A '>' within an attribute's quotes, in a condition say, ends nothing.
    private static int EndOfTag(string text, int start)
    {
        var quote = '\0';
        for (var position = start; ; position++)
        {
            var character = text[position];
            if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
            }
            else if (character is '"' or '\'')
            {
                quote = character;
            }
            else if (character == '>')
            {
                return position;
            }
        }
    }

    // What parts an element from the tag before it: a group that is written on one line stays on one line.
    private static string Separator(string text, int start)
    {
        var before = text.AsSpan(0, start).TrimEnd();
        var gap = text[before.Length..start];
        return gap.AsSpan().IndexOfAny('\r', '\n') < 0 && before.EndsWith(">") && !before.EndsWith("-->")
            ? gap
            : NewLine(text, start) + Indentation(text, start);
    }

    private static string Indentation(string text, int position)
    {
        var lineStart = text.LastIndexOfAny(['\r', '\n'], position) + 1;
        var end = lineStart;
        while (text[end] is ' ' or '\t')
        {
            end++;
        }

        return text[lineStart..end];
    }

    // The ending of the line at hand, else the first one of the file.
    private static string NewLine(string text, int position)
    {
        var end = text.IndexOf('\n', position);
        end = end < 0 ? text.IndexOf('\n', StringComparison.Ordinal) : end;
        return end switch
        {
            < 0 => Environment.NewLine,
            > 0 when text[end - 1] == '\r' => "\r\n",
            _ => "\n",
        };
    }

    private static bool Starts(string text, int position, string value) =>
        string.CompareOrdinal(text, position, value, 0, value.Length) == 0;

    [GeneratedRegex(@"\G[\w.:-]+")]
    private static partial Regex ElementName();

    [GeneratedRegex(@"^(?<group>[ \t]*)<(?:PropertyGroup|ItemGroup)\b(?:[^<]*\n(?<item>[ \t]*)<(?!/))?", RegexOptions.Multiline)]
    private static partial Regex FirstChild();
}
