using System.Collections.Immutable;
using System.Security;
using System.Text;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.References;

/// <summary>
/// Writes the reference to the runtime beside TorchSharp's: in the same item group of the same file, its version
/// where versions are kept. A file that several projects share is edited once.
/// </summary>
internal sealed class ReferenceEdits
{
    private readonly Func<string, bool> isEditable;
    private readonly Dictionary<string, List<Insertion>> insertions = new(FilePaths.Comparer);

    private ReferenceEdits(Func<string, bool> isEditable) => this.isEditable = isEditable;

    /// <summary>The edits of the files, ordered by path.</summary>
    /// <param name="projects">The projects that need the reference.</param>
    /// <param name="choice">Which reference.</param>
    /// <param name="isEditable">Whether a file may be written: what lies above the solution's folder may not.</param>
    public static ImmutableArray<FileEdit> Create(
        IEnumerable<EvaluatedProject> projects, ReferenceChoice choice, Func<string, bool> isEditable)
    {
        var edits = new ReferenceEdits(isEditable);
        foreach (var project in projects)
        {
            edits.Add(project, choice);
        }

        return edits.Apply();
    }

    private void Add(EvaluatedProject project, ReferenceChoice choice)
    {
        switch (choice)
        {
            case ReferenceChoice.Package package:
                AddPackage(project, package);
                break;
            case ReferenceChoice.Project runtime when !FilePaths.Comparer.Equals(runtime.FilePath, project.FilePath):
                AddProject(project, runtime);
                break;
        }
    }

    private void AddPackage(EvaluatedProject project, ReferenceChoice.Package package)
    {
        if (project.Items.Any(item => item.Type == "PackageReference" && IsRuntime(item)))
        {
            return;
        }

        var beside = Best(Own(project, "PackageReference"));
        var condition = beside is null || beside.Condition.Length == 0
            ? ""
            : $" Condition=\"{SecurityElement.Escape(beside.Condition)!.Replace("&apos;", "'", StringComparison.Ordinal)}\"";
        var version = $" Version=\"{package.Version}\"";
        if (project.ManagesVersionsCentrally)
        {
            version = AddCentralVersion(project, beside, package) ? "" : Override(project, package);
        }

        Insert(
            beside?.File ?? project.FilePath,
            beside,
            $"<PackageReference Include=\"{ReferenceChoice.Package.Id}\"{version}{condition} />");
    }

    private static string Override(EvaluatedProject project, ReferenceChoice.Package package) => project.AllowsVersionOverride
        ? $" VersionOverride=\"{package.Version}\""
        : throw new RunException(
            ExitCode.Usage,
            $"{project.FilePath} has its package versions in a file that is not to be edited, and CentralPackageVersionOverrideEnabled forbids others.\n"
            + $"Add <PackageVersion Include=\"{ReferenceChoice.Package.Id}\" Version=\"{package.Version}\" /> there, or choose another --reference; nothing was written.");

    // False where no version of TorchSharp is kept in a file that can be edited.
    private bool AddCentralVersion(EvaluatedProject project, EvaluatedItem? reference, ReferenceChoice.Package package)
    {
        var versions = Own(project, "PackageVersion").ToArray();
        if (project.Items.Any(item => item.Type == "PackageVersion" && IsRuntime(item)))
        {
            return true;
        }

        var beside = versions.FirstOrDefault(item => reference is not null && IsNamed(item, reference.Include)) ?? Best(versions);
        if (beside is null)
        {
            return false;
        }

        Insert(
            beside.File,
            beside,
            $"<PackageVersion Include=\"{ReferenceChoice.Package.Id}\" Version=\"{package.Version}\" />");
        return true;
    }

    // A path is relative to the project, so the project file holds it even where Directory.Build.props holds TorchSharp.
    private void AddProject(EvaluatedProject project, ReferenceChoice.Project runtime)
    {
        var folder = Path.GetDirectoryName(project.FilePath)!;
        var include = FilePaths.Relative(folder, runtime.FilePath);
        if (project.Items.Any(item => item.Type == "ProjectReference"
            && FilePaths.Comparer.Equals(Path.GetFullPath(item.Include.Replace('\\', '/'), folder), runtime.FilePath)))
        {
            return;
        }

        var beside = Own(project, "ProjectReference")
            .LastOrDefault(item => !item.IsConditional && FilePaths.Comparer.Equals(item.File, project.FilePath))
            ?? Best(Own(project, "PackageReference").Where(item => FilePaths.Comparer.Equals(item.File, project.FilePath)));
        Insert(project.FilePath, beside, $"<ProjectReference Include=\"{SecurityElement.Escape(include)}\" />");
    }

    private IEnumerable<EvaluatedItem> Own(EvaluatedProject project, string type) => project.Own(type).Where(item => isEditable(item.File));

    private void Insert(string file, EvaluatedItem? beside, string element)
    {
        var insertion = new Insertion(beside?.Line, beside?.Column, element);
        if (!insertions.TryGetValue(file, out var list))
        {
            insertions.Add(file, list = []);
        }

        if (!list.Contains(insertion))
        {
            list.Add(insertion);
        }
    }

    private ImmutableArray<FileEdit> Apply() =>
    [
        .. insertions.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry =>
        {
            // A project file without a byte order mark is UTF-8, as MSBuild writes and reads it.
            var file = EncodedText.Read(entry.Key, Encoding.UTF8);
            return file.With(entry.Value.Select(insertion => insertion.In(file.Text)).Reverse());
        }),
    ];

    // TorchSharp itself, else a bundle of it. Where the only ones are bundles for several systems, each under its
    // condition, none is the right neighbour: the reference is to hold on every system.
    private static EvaluatedItem? Best(IEnumerable<EvaluatedItem> items)
    {
        var named = items.Where(item => TorchSharpName.IsPackage(item.Include)).ToArray();
        var exact = named.Where(item => IsNamed(item, TorchSharpName.Root)).ToArray();
        var candidates = exact.Length > 0 ? exact : named;
        return candidates.FirstOrDefault(item => !item.IsConditional)
            ?? (candidates.Length == 1 ? candidates[0] : null);
    }

    private static bool IsRuntime(EvaluatedItem item) => IsNamed(item, ReferenceChoice.Package.Id);

    private static bool IsNamed(EvaluatedItem item, string name) =>
        item.Include.Equals(name, StringComparison.OrdinalIgnoreCase);

    private sealed record Insertion(int? Line, int? Column, string Element)
    {
        public TextReplacement In(string text) => Line is { } line && Column is { } column
            ? ProjectText.After(text, line, column, Element)
            : ProjectText.AtEnd(text, Element);
    }
}
