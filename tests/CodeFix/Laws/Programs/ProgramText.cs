using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Tests.Laws.Shapes;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>Writes a program down, node by node.</summary>
internal sealed class ProgramText
{
    private readonly List<ProjectStyle> projects;
    private readonly List<(FileStyle Style, int Project)> files = [];
    private readonly List<(int Id, int Project, string Out)> values = [];

    private ProgramText(TorchProgram program)
    {
        projects = [.. program.Projects.Select(numbers => ProjectStyle.Of(new Choices(numbers)))];
        foreach (var numbers in program.Files)
        {
            var choices = new Choices(numbers);
            var project = choices.Below(projects.Count);
            files.Add((FileStyle.Of(choices, projects[project]), project));
        }
    }

    /// <summary>The projects of a program with their files.</summary>
    public static ImmutableArray<ProjectText> Of(TorchProgram program)
    {
        var text = new ProgramText(program);
        var code = program.Nodes.ToLookup(node => node.File % program.Files.Count, text.Write);
        return [.. text.projects.Select((style, project) => new ProjectText("Project" + project, style, [.. text.Files(project, code)]))];
    }

    private IEnumerable<FileText> Files(int project, ILookup<int, string> code)
    {
        if (project == 0)
        {
            yield return new FileText("Given.cs", SourceText.From(Given.Code, Encoding.UTF8));
        }

        if (projects[project].GlobalUsings)
        {
            yield return new FileText("Usings.cs", SourceText.From(FileStyle.GlobalUsings(), Encoding.UTF8));
        }

        foreach (var (index, (style, _)) in files.Index().Where(file => file.Item.Project == project && code.Contains(file.Index)))
        {
            var text = style.Around(string.Join("\n", code[index]), projects[project]);
            yield return new FileText(style.IsGenerated ? $"File{index}.g.cs" : $"File{index}.cs", style.Text.Write(text));
        }
    }

    private string Write(Node node)
    {
        var (style, project) = files[node.File % files.Count];
        var choices = new Choices(node.Numbers);
        var shape = choices.Of(Places.All).For(projects[project], Places.All);
        var filling = new Filling(style, projects[project], choices, "P" + node.Id, number => Earlier(number, project));
        var code = filling.Fill(shape.Code);
        if (shape.Out is not null)
        {
            var qualifier = style.NamespaceName.Length == 0 ? "global::" : $"global::{style.NamespaceName}.";
            values.Add((node.Id, project, shape.Out.Replace("$P", $"{qualifier}P{node.Id}", StringComparison.Ordinal)));
        }

        return code + "\n";
    }

    /// <summary>
    /// The value of an earlier node that a project can see. The number decides on one of them whichever others there are, so
    /// that the program stays the same elsewhere when a node is taken out of it.
    /// </summary>
    private string? Earlier(int number, int project) => values
        .Where(value => value.Project <= project)
        .OrderBy(value => unchecked((uint)(((number + 1) * 73856093) ^ ((value.Id + 1) * 19349663)) * 2654435761u))
        .Select(value => value.Out)
        .FirstOrDefault();
}

/// <summary>A project of a program.</summary>
internal sealed record ProjectText(string Name, ProjectStyle Style, ImmutableArray<FileText> Files);

/// <summary>A file of a project.</summary>
internal sealed record FileText(string Name, SourceText Text);
