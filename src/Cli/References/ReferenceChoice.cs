namespace PbnRewriter.Cli.References;

/// <summary>How rewritten projects come to reference the runtime.</summary>
internal abstract record ReferenceChoice
{
    /// <summary>What the option takes, for messages.</summary>
    public const string Form = "package, project=PATH or none";

    private const string ProjectPrefix = "project=";

    private ReferenceChoice()
    {
    }

    /// <summary>Reads the option's value; a project's path is relative to the current directory.</summary>
    public static ReferenceChoice Parse(string text, string currentDirectory)
    {
        if (text == "package")
        {
            return new Package(ToolVersion.WithoutBuildMetadata);
        }

        if (text == "none")
        {
            return new None();
        }

        if (!text.StartsWith(ProjectPrefix, StringComparison.Ordinal) || text.Length == ProjectPrefix.Length)
        {
            throw new RunException(ExitCode.Usage, $"--reference takes {Form}, not '{text}'.");
        }

        var path = Path.GetFullPath(text[ProjectPrefix.Length..], currentDirectory);
        if (!path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
        {
            throw new RunException(
                ExitCode.Usage, $"--reference project={text[ProjectPrefix.Length..]} names no .csproj file; name the runtime's project file.");
        }

        if (!File.Exists(path))
        {
            throw new RunException(
                ExitCode.Usage, $"--reference names a project that does not exist: {path}. Check the path.");
        }

        return new Project(path);
    }

    /// <summary>A PackageReference to the published runtime.</summary>
    public sealed record Package(string Version) : ReferenceChoice
    {
        /// <summary>The package's id.</summary>
        public const string Id = "PbnRewriter";
    }

    /// <summary>A ProjectReference to the runtime's source.</summary>
    public sealed record Project(string FilePath) : ReferenceChoice;

    /// <summary>No reference is written; the projects that lack one are named.</summary>
    public sealed record None : ReferenceChoice;
}
