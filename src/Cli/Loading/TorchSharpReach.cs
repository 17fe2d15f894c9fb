using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace PbnRewriter.Cli.Loading;

/// <summary>
/// Tells the projects that may see TorchSharp from those that cannot, by what restoring packages wrote and what their files
/// say, without a build: most projects of a large solution need not be loaded. In doubt a project may see it.
/// </summary>
internal sealed class TorchSharpReach
{
    // What a source has to say, one of them, to have anything to do with a rewrite.
    private static readonly string[] Names = [TorchSharpName.Root, NormSymbols.BatchNorm2d];

    private static readonly byte[][] EncodedNames = [.. Names.Select(Encoding.UTF8.GetBytes)];

    private static readonly string[] FolderFiles = ["Directory.Build.props", "Directory.Build.targets"];

    private readonly ConcurrentDictionary<string, Lazy<Finding>> findings = new(FilePaths.Comparer);
    private readonly ConcurrentDictionary<string, Lazy<bool>> plainFolders = new(FilePaths.Comparer);
    private readonly bool isRestored;

    private TorchSharpReach(bool isRestored) => this.isRestored = isRestored;

    /// <summary>The C# projects of a path that may see TorchSharp, in their order.</summary>
    public static ImmutableArray<string> ProjectsOf(
        InputPath input, RestoreResult restore, BuildProperties properties, CancellationToken cancellationToken)
    {
        // After a restore that failed nobody knows what the files of an earlier one are worth. Nor with properties given, which
        // may move these files, switch imports or add references.
        if (restore is { Ran: true, IsGood: false } || !properties.Given.IsEmpty)
        {
            return [.. input.Projects];
        }

        var reach = new TorchSharpReach(restore.IsGood);
        return
        [
            .. input.Projects.AsParallel().AsOrdered().WithCancellation(cancellationToken).Where(project =>
                reach.MaySee(project) || reach.Of(project).References.Any(reach.MaySee)),
        ];
    }

    private bool MaySee(string project) => Of(project).MaySee;

    private Finding Of(string project) => findings.GetOrAdd(project, file => new(() => Find(file))).Value;

    private Finding Find(string project)
    {
        try
        {
            return IsPlain(project) && Assets(project) is { MaySee: false } assets && !AnySourceHoldsAName(Path.GetDirectoryName(project)!)
                ? assets
                : Finding.Doubt;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException or JsonException
            or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            // Loading it will say what is wrong, where anything is.
            return Finding.Doubt;
        }
    }

    /// <summary>Whether nothing but packages, project references and the sources in its folder makes the project.</summary>
    private bool IsPlain(string project) =>
        !File.Exists(project + ".user")
        && XDocument.Load(project).Root is { } root
        && root.Attribute("Sdk")?.Value.StartsWith("Microsoft.NET.Sdk", StringComparison.Ordinal) == true
        && IsPlain(root)
        && IsPlainFolder(Path.GetDirectoryName(project)!);

    private bool IsPlainFolder(string folder) => plainFolders.GetOrAdd(folder, _ => new(() =>
        FolderFiles.Select(name => Path.Combine(folder, name)).Where(File.Exists).All(file => IsPlain(XDocument.Load(file).Root!))
        && (Path.GetDirectoryName(folder) is not { } parent || IsPlainFolder(parent)))).Value;

    private static bool IsPlain(XElement root) => !root.DescendantsAndSelf().Any(element =>
        element.Name.LocalName == "Sdk"
        || (element.Name.LocalName == "Import" && !IsFolderFile(element))
        || (element.Name.LocalName == "Compile" && element.Attribute("Include") is not null)
        || (element.Name.LocalName != "PackageVersion" && element.Attributes().Any(attribute => IsNamed(attribute.Value)))
        || (!element.HasElements && IsNamed(element.Value)));

    // The file of the same name further up, which is looked at in any case.
    private static bool IsFolderFile(XElement import) =>
        import.Attribute("Project") is { Value: var file } && FolderFiles.Any(name => file.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsNamed(string text) => text.Contains(TorchSharpName.Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the restore that the project's obj folder tells of came to.</summary>
    private Finding Assets(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var file = new FileInfo(Path.Combine(folder, "obj", "project.assets.json"));
        if (!file.Exists || (!isRestored && file.LastWriteTimeUtc < File.GetLastWriteTimeUtc(project)))
        {
            return Finding.Doubt;
        }

        using var assets = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
        var restored = assets.RootElement.GetProperty("project").GetProperty("restore").GetProperty("projectPath").GetString();
        var libraries = assets.RootElement.GetProperty("libraries").EnumerateObject().ToList();
        if (!FilePaths.Comparer.Equals(restored, project) || libraries.Any(library => TorchSharpName.IsPackage(library.Name.Split('/')[0])))
        {
            return Finding.Doubt;
        }

        // Those that are referenced by way of others are listed too.
        return new Finding(MaySee: false,
        [
            .. libraries.Select(library => library.Value.TryGetProperty("msbuildProject", out var path) ? path.GetString() : null)
                .OfType<string>()
                .Select(path => Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), folder)),
        ]);
    }

    private static bool AnySourceHoldsAName(string folder) => new FileSystemEnumerable<string>(
        folder,
        (ref FileSystemEntry entry) => entry.ToFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
    {
        ShouldRecursePredicate = (ref FileSystemEntry entry) => entry.FileName is not ("bin" or "obj") && !entry.FileName.StartsWith('.'),
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && entry.FileName.EndsWith(".cs", StringComparison.OrdinalIgnoreCase),
    }.Any(HoldsAName);

    private static bool HoldsAName(string source)
    {
        var bytes = File.ReadAllBytes(source);
        var isWide = bytes.AsSpan().StartsWith(Encoding.Unicode.Preamble) || bytes.AsSpan().StartsWith(Encoding.BigEndianUnicode.Preamble);
        return isWide
            ? Array.Exists(Names, File.ReadAllText(source).Contains)
            : Array.Exists(EncodedNames, name => bytes.AsSpan().IndexOf(name) >= 0);
    }

    /// <summary>What is known of a project.</summary>
    /// <param name="MaySee">Whether it may see TorchSharp by itself.</param>
    /// <param name="References">The projects that it builds on, where it cannot.</param>
    private sealed record Finding(bool MaySee, ImmutableArray<string> References)
    {
        public static Finding Doubt { get; } = new(MaySee: true, []);
    }
}
