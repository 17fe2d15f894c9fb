using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>The projects whose constructions are looked for: those of the path, fewer where <c>--project</c> names some.</summary>
/// <param name="Input">The solution or project file.</param>
/// <param name="Names">The names given; empty for all projects.</param>
internal sealed record ProjectScope(InputPath Input, ImmutableArray<string> Names)
{
    /// <summary>Refuses a name that no project of the path has: a slip of the pen would read as "nothing to change".</summary>
    public static ProjectScope Of(InputPath input, ImmutableArray<string> names)
    {
        foreach (var name in names.Where(name => !input.Projects.Any(file => IsNamed(file, name))))
        {
            throw new RunException(
                ExitCode.Usage,
                $"--project names no C# project of {input.File}: '{name}'.\nIts projects are: {string.Join(", ", input.Projects.Select(NameOf).Order(StringComparer.Ordinal))}.");
        }

        return new ProjectScope(input, names);
    }

    /// <summary>Those of them that are among the files.</summary>
    public ProjectScope Within(IReadOnlyList<string> files) => this with { Input = Input with { Projects = files } };

    /// <summary>Whether a project is one of them: one that is only referenced, from outside the solution, is not.</summary>
    public bool Includes(string? projectFile) =>
        projectFile is not null
        && Input.Projects.Contains(projectFile, FilePaths.Comparer)
        && (Names.IsEmpty || Names.Any(name => IsNamed(projectFile, name)));

    /// <summary>Names them in a message.</summary>
    public override string ToString() => Names.IsEmpty ? Input.File : $"{string.Join(", ", Names)} of {Input.File}";

    private static bool IsNamed(string file, string name) => NameOf(file).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);
}
