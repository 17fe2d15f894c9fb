using System.Text;
using System.Text.RegularExpressions;
using PbnRewriter.CodeFix.Tests.Laws.Shapes;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>Fills the placeholders of one node's shapes.</summary>
/// <param name="style">The file that the node is in.</param>
/// <param name="project">The project that the file is in.</param>
/// <param name="choices">What the node is made from.</param>
/// <param name="name">The node's name.</param>
/// <param name="earlier">The value of an earlier node, by a number; null where there is none.</param>
internal sealed partial class Filling(FileStyle style, ProjectStyle project, Choices choices, string name, Func<int, string?> earlier)
{
    private const int DeepestExpression = 2;

    private readonly List<string> locals = [];
    private int used;
    private int depth;

    /// <summary>A template with everything filled in; its <c>$v</c>, <c>$w</c> and <c>$u</c> are its own.</summary>
    public string Fill(string template)
    {
        var number = ++used;
        return Placeholder().Replace(template, match => match.Value switch
        {
            "$v" or "$w" or "$u" => match.Value[1..] + number,
            "$P" => name,
            "$BN" => style.BatchNorm2d(choices),
            "$Pattern" => style.Pattern(choices),
            "$Modules." => style.Modules(choices),
            "$Module" => style.Nn(choices) + ".Module",
            "$nn" => style.Nn(choices),
            "$flag" => "global::Given.Flag",
            "$in" => Value(),
            "$m" => Fill(choices.Of("global::Given.Module", "(($Module)$in)")),
            "$o" => Fill(choices.Of("global::Given.Object", "((object)$in)", "$m")),
            "$t" => Fill(choices.Of("$m", "$o", "$in")),
            "$body" => Indented(Body(), template, match.Index),
            var other => throw new InvalidOperationException($"No placeholder is called {other}."),
        });
    }

    /// <summary>Statements that end in a return.</summary>
    private string Body()
    {
        var outer = locals.Count;
        var body = new StringBuilder();
        for (var count = choices.Below(5); count > 0; count--)
        {
            var number = used + 1;
            var step = choices.Of(Steps.All).For(project, Steps.All);
            body.Append(Fill(step.Code)).Append('\n');
            if (step.Out is not null)
            {
                locals.Add(step.Out.Replace("$", "", StringComparison.Ordinal) + number);
            }
        }

        body.Append(Fill("return $in;"));
        locals.RemoveRange(outer, locals.Count - outer);
        return body.ToString();
    }

    /// <summary>An expression that is a BatchNorm2d.</summary>
    private string Value()
    {
        depth++;
        var value = choices.Below(6) switch
        {
            1 or 2 when locals.Count > 0 => choices.Of(locals),
            2 or 3 when earlier(choices.Next()) is { } read => read,
            4 or 5 when depth <= DeepestExpression => Fill(choices.Of(Expressions.All).For(project, Expressions.All).Code),
            _ => style.Factory(choices) + choices.Of(Arguments.All),
        };
        depth--;
        return value;
    }

    /// <summary>Lines below the first one indented as the place that they are put at.</summary>
    private static string Indented(string text, string template, int position)
    {
        var start = template.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        var indentation = template[start..position];
        return string.IsNullOrWhiteSpace(indentation) ? text.Replace("\n", "\n" + indentation, StringComparison.Ordinal) : text;
    }

    [GeneratedRegex(@"\$(Modules\.|Module|Pattern|flag|body|BN|in|nn|P|m|o|t|v|w|u)")]
    private static partial Regex Placeholder();
}
