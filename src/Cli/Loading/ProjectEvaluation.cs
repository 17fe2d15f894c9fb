using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Build.Construction;
using Microsoft.Build.Definition;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Exceptions;

namespace PbnRewriter.Cli.Loading;

/// <summary>
/// Asks MSBuild's own evaluation where items are written. Reading XML by hand cannot tell: imports, conditions and
/// properties decide.
/// </summary>
/// <param name="properties">The properties of every evaluation.</param>
internal sealed class ProjectEvaluation(BuildProperties properties)
{
    private static readonly string[] ItemTypes = ["PackageReference", "PackageVersion", "ProjectReference", "Reference"];

    /// <summary>Evaluates a project; a <see cref="RunException"/> says why it cannot be.</summary>
    public EvaluatedProject Evaluate(string file)
    {
        MSBuildRegistration.Ensure(Path.GetDirectoryName(file)!);
        return EvaluateRegistered(file);
    }

    /// <summary>Refuses a name that MSBuild does not take, before it stands in the way of each project by itself.</summary>
    /// <param name="folder">Whose SDK is asked.</param>
    public void EnsureAccepted(string folder)
    {
        if (!properties.Given.IsEmpty)
        {
            MSBuildRegistration.Ensure(folder);
            EnsureAcceptedRegistered();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnsureAcceptedRegistered()
    {
        try
        {
            using var projects = new ProjectCollection(properties.Global);
        }
        catch (InvalidProjectFileException failure)
        {
            throw new RunException(ExitCode.Usage, $"--property: {Sentence.FirstLine(failure.BaseMessage)}");
        }
    }

    // A project that lacks an import may yet be all that a rewrite needs, say one of Visual Studio's. An import that cannot be
    // read is another thing: a person is about to mend it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private EvaluatedProject EvaluateRegistered(string file)
    {
        try
        {
            return Load(file, ProjectLoadSettings.Default, passedOver: null);
        }
        catch (InvalidProjectFileException failure)
        {
            try
            {
                return Load(
                    file, ProjectLoadSettings.IgnoreMissingImports | ProjectLoadSettings.IgnoreEmptyImports, Sentence.Ended(failure.BaseMessage));
            }
            catch (InvalidProjectFileException)
            {
                var at = FilePaths.Comparer.Equals(failure.ProjectFile, file) || string.IsNullOrEmpty(failure.ProjectFile) ? "" : $"{failure.ProjectFile}: ";
                var place = failure.LineNumber > 0 ? $" ({failure.LineNumber},{failure.ColumnNumber})" : "";
                throw new RunException(ExitCode.NotLoaded, $"{at}{Sentence.FirstLine(failure.BaseMessage)}{place}");
            }
        }
    }

    private EvaluatedProject Load(string file, ProjectLoadSettings settings, string? passedOver)
    {
        using var projects = new ProjectCollection();
        var project = Project.FromFile(file, new ProjectOptions
        {
            GlobalProperties = new Dictionary<string, string>(properties.Global),
            ProjectCollection = projects,
            LoadSettings = settings,
        });
        return new EvaluatedProject(
            file,
            Frameworks(project),
            Items(project),
            Is(project, "ManagePackageVersionsCentrally", "true"),
            !Is(project, "CentralPackageVersionOverrideEnabled", "false"),
            !Is(project, "DisableTransitiveProjectReferences", "true"),
            ForeignFolders(project),
            passedOver);
    }

    private static ImmutableArray<string> Frameworks(Project project) =>
    [
        .. project.GetPropertyValue(project.GetPropertyValue("TargetFramework").Length > 0 ? "TargetFramework" : "TargetFrameworks")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    ];

    private static bool Is(Project project, string property, string value) =>
        project.GetPropertyValue(property).Trim().Equals(value, StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<string> ForeignFolders(Project project) =>
    [
        .. ((string[])["MSBuildExtensionsPath", "MSBuildToolsPath", "NetCoreTargetingPackRoot", "NuGetPackageRoot"])
            .Select(project.GetPropertyValue)
            .Where(folder => folder.Length > 0)
            .Select(Path.GetFullPath),
    ];

    // Items whose condition is false just now come last: a project for several frameworks is evaluated without any.
    private static ImmutableArray<EvaluatedItem> Items(Project project)
    {
        var items = new List<ProjectItem>();
        foreach (var type in ItemTypes)
        {
            items.AddRange(project.GetItems(type));
        }

        foreach (var item in project.ItemsIgnoringCondition)
        {
            if (ItemTypes.Contains(item.ItemType)
                && !items.Exists(seen => seen.Xml == item.Xml && seen.EvaluatedInclude == item.EvaluatedInclude))
            {
                items.Add(item);
            }
        }

        return [.. items.Select(item => new EvaluatedItem(
            item.ItemType,
            item.EvaluatedInclude,
            item.Xml.ContainingProject.FullPath,
            item.Xml.Location.Line,
            item.Xml.Location.Column,
            item.Xml.Condition ?? "",
            IsConditional(item.Xml)))];
    }

    private static bool IsConditional(ProjectElement element) =>
        element.AllParents.Prepend(element).Any(part => !string.IsNullOrEmpty(part.Condition));
}
