using System.Collections.Immutable;

namespace PbnRewriter.Cli.Loading;

/// <summary>The projects whose constructions are looked for: those of the path, fewer where <c>--project</c> names some.</summary>
/// <param name="Input">The solution or project file.</param>
/// <param name="Names">The names given; empty for all projects.</param>
/// <param name="Named">The project files that the names stand for.</param>
internal sealed record ProjectScope(InputPath Input, ImmutableArray<string> Names, ImmutableArray<string> Named)
{
    /// <summary>Refuses a name that no project of the path has: a slip of the pen would read as "nothing to change".</summary>
    /// <param name="input">The solution or project file.</param>
    /// <param name="names">Names of projects, or paths of their files.</param>
    /// <param name="currentDirectory">Where paths start.</param>
    public static ProjectScope Of(InputPath input, ImmutableArray<string> names, string currentDirectory)
    {
        var named = names.ToLookup(name => name, name => input.Projects.Where(file =>
            NameOf(file).Equals(name, StringComparison.OrdinalIgnoreCase)
            || (name.Length > 0 && FilePaths.Comparer.Equals(Path.GetFullPath(name, currentDirectory), file))));
        if (names.FirstOrDefault(name => !named[name].SelectMany(files => files).Any()) is { } unknown)
        {
            throw new RunException(
                ExitCode.Usage,
                $"--project names no C# project of {input.File}: '{unknown}'.\nIts projects are: {string.Join(", ", input.Projects.Select(NameOf).Order(StringComparer.Ordinal))}.");
        }

        return new ProjectScope(input, names, [.. named.SelectMany(files => files).SelectMany(files => files)]);
    }

    /// <summary>Those of them that are among the files.</summary>
    public ProjectScope Within(IReadOnlyList<string> files) => this with { Input = Input with { Projects = files } };

    /// <summary>Whether a project is one of them: one that is only referenced, from outside the solution, is not.</summary>
    public bool Includes(string? projectFile) =>
        projectFile is not null && Input.Projects.Contains(projectFile, FilePaths.Comparer) && (Names.IsEmpty || IsNamed(projectFile));

    /// <summary>Whether the user names a project itself, as the path or with <c>--project</c>.</summary>
    public bool IsNamed(string projectFile) =>
        Named.Contains(projectFile, FilePaths.Comparer) || (Input.IsProject && FilePaths.Comparer.Equals(Input.File, projectFile));

    /// <summary>Names them in a message.</summary>
    public override string ToString() => Names.IsEmpty ? Input.File : $"{string.Join(", ", Names)} of {Input.File}";

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);
}
