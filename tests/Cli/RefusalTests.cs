using System.Text;
using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>
/// Inputs that cannot be rewritten: never a silent success, a message of what, where and what next, and every byte as before.
/// <see cref="CommandLineTests"/> has the wrong arguments, <see cref="ConcurrentChangeTests"/> what changes during a run.
/// </summary>
public sealed class RefusalTests
{
    private const string Filter = """{ "solution": { "path": "Plain.sln", "projects": ["Models/Models.csproj"] } }""";

    /// <summary>By name; @ is the folder.</summary>
    private static readonly Dictionary<string, Refusal> Refusals = new()
    {
        // Paths.
        ["folder with two solutions"] = new(
            2, "the folder @ holds several: Other.slnx, Plain.sln. Name one of them.", folder => folder.Write("Other.slnx", "<Solution />"), "."),
        ["folder with none"] = new(
            2, "the folder @/Models holds no .sln, .slnx, .slnf or .csproj file. Name one.", folder => File.Move(folder["Models/Models.csproj"], folder["Models/Models.txt"]), "Models"),
        ["folder named as a solution"] = new(2, "the folder @/x.sln holds no .sln", folder => Directory.CreateDirectory(folder["x.sln"]), "x.sln"),
        ["path with spaces, other letters and a trailing slash"] = new(
            2, "no such file or folder: @/Mödels 漢字/x/. Check the path.", folder => Directory.CreateDirectory(folder["Mödels 漢字"]), "Mödels 漢字/x/"),
        ["path through a file"] = new(2, "no such file or folder: @/Plain.sln/Plain.sln. Check the path.", "Plain.sln/Plain.sln"),
        ["path that is too long"] = new(2, "no such file or folder: @/aaaa", new string('a', 5000) + ".sln"),
        ["path of blanks"] = new(2, "no such file or folder: @/ ", "   "),
        ["link to nothing"] = new(
            2, "@/Link.sln is a link to @/Nowhere.sln, which does not exist. Mend the link.", folder => File.CreateSymbolicLink(folder["Link.sln"], "Nowhere.sln"), "Link.sln"),
        ["link to itself"] = new(
            2, "no such file: the link @/Link.sln leads nowhere", folder => File.CreateSymbolicLink(folder["Link.sln"], "Link.sln"), "Link.sln"),
        ["F# project"] = new(2, "not a solution or C# project: @/A.fsproj. Name a .sln", folder => folder.Write("A.fsproj", "<Project />"), "A.fsproj"),
        ["Visual Basic project"] = new(2, "not a solution or C# project: @/A.vbproj. Name a .sln", folder => folder.Write("A.vbproj", "<Project />"), "A.vbproj"),
        ["file without an extension"] = new(2, "not a solution or C# project: @/A.", folder => folder.Write("A", "<Solution />"), "A"),

        // Solutions and filters.
        ["empty solution"] = new(2, "@/A.sln cannot be read as a solution: Not a solution file. Mend it, or name another file.", folder => folder.Write("A.sln", ""), "A.sln"),
        ["solution of garbage"] = new(2, "@/A.sln cannot be read as a solution", folder => folder.Write("A.sln", "garbage"), "A.sln"),
        ["XML solution of garbage"] = new(2, "@/A.slnx cannot be read as a solution", folder => folder.Write("A.slnx", "garbage"), "A.slnx"),
        ["solution with a project twice"] = new(
            2, "@/A.slnx cannot be read as a solution: Duplicate item 'A.csproj'", folder => folder.Write("A.slnx", "<Solution><Project Path=\"A.csproj\" /><Project Path=\"A.csproj\" /></Solution>"), "A.slnx"),
        ["solution without projects"] = new(3, "no project of @/A.slnx references TorchSharp", folder => folder.Write("A.slnx", "<Solution />"), "A.slnx", "--no-restore"),
        ["solution with a missing project"] = new(
            3, "project @/App/App.csproj did not load: the file does not exist.\nMake it build with dotnet build, or name the others with --project.", folder => File.Delete(folder["App/App.csproj"]), "Plain.sln", "--no-restore"),
        ["solution with a folder as project"] = new(
            3, "project @/A.csproj did not load: the file does not exist.", Doing(folder => Directory.CreateDirectory(folder["A.csproj"]), folder => folder.Write("A.slnx", "<Solution><Project Path=\"A.csproj\" /></Solution>")), "A.slnx", "--no-restore"),
        ["filter of garbage"] = new(
            2, "@/A.slnf cannot be read as a solution filter: it is no JSON from line 2 on. Mend it, or name the solution itself.", folder => folder.Write("A.slnf", "{ \"solution\":\n{"), "A.slnf"),
        ["filter in UTF-16"] = new(2, "@/A.slnf cannot be read as a solution filter: it is no JSON", folder => File.WriteAllText(folder["A.slnf"], Filter, Encoding.Unicode), "A.slnf"),
        ["filter of an empty object"] = new(2, "it has no solution.path, a text, and solution.projects, a list of texts.", folder => folder.Write("A.slnf", "{}"), "A.slnf"),
        ["filter of a list"] = new(2, "it has no solution.path", folder => folder.Write("A.slnf", "[]"), "A.slnf"),
        ["filter with a number for a path"] = new(2, "it has no solution.path", folder => folder.Write("A.slnf", """{ "solution": { "path": 3, "projects": [] } }"""), "A.slnf"),
        ["filter without projects"] = new(2, "it has no solution.path", folder => folder.Write("A.slnf", """{ "solution": { "path": "Plain.sln" } }"""), "A.slnf"),
        ["filter with a number for a project"] = new(2, "it has no solution.path", folder => folder.Write("A.slnf", """{ "solution": { "path": "Plain.sln", "projects": [3] } }"""), "A.slnf"),
        ["filter whose solution is missing"] = new(
            2, "@/A.slnf names a solution that does not exist: @/Plain.sln. Mend its solution.path, or name the solution itself.", Doing(folder => folder.Write("A.slnf", Filter), folder => File.Delete(folder["Plain.sln"])), "A.slnf"),
        ["filter whose solution is garbage"] = new(
            2, "@/Plain.sln cannot be read as a solution", Doing(folder => folder.Write("A.slnf", Filter), folder => folder.Write("Plain.sln", "garbage")), "A.slnf"),
        ["filter with a project that the solution does not have"] = new(
            2,
            "@/A.slnf names a project that @/Plain.sln does not have: @/Modles/Models.csproj.\nTake it out of solution.projects, or add it to the solution.",
            folder => folder.Write("A.slnf", Filter.Replace("Models/", "Modles/", StringComparison.Ordinal)),
            "A.slnf"),

        // Project files and what they import.
        ["malformed project"] = new(3, "@/App/App.csproj did not load: ", folder => folder.Write("App/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>"), ".", "--no-restore"),
        ["empty project"] = new(3, "@/App/App.csproj did not load: ", folder => folder.Write("App/App.csproj", ""), "App", "--no-restore"),
        ["unknown SDK"] = new(3, "No.Such.Sdk", folder => folder.Edit("Models/Models.csproj", "Microsoft.NET.Sdk", "No.Such.Sdk"), "Models", "--no-restore"),
        ["unknown framework"] = new(3, "error NETSDK1045: The current .NET SDK does not support targeting .NET 99.0", folder => folder.Edit("Models/Models.csproj", "net8.0", "net99.0"), "Models"),
        ["package that does not exist"] = new(
            3,
            "NU1101: Unable to find package TorchSharp-nowhere",
            Doing(
                folder => folder.Write("feed/readme.txt", "No package is here."),
                folder => folder.Write("nuget.config", "<configuration><packageSources><clear /><add key=\"local\" value=\"feed\" /></packageSources></configuration>"),
                folder => folder.Edit("Models/Models.csproj", "Include=\"TorchSharp\" Version=\"0.107.0\"", "Include=\"TorchSharp-nowhere\" Version=\"0.107.0\"")),
            "Models"),
        ["imports in a circle"] = new(
            3,
            "results in a circular dependency",
            Doing(
                folder => folder.Write("Models/A.props", "<Project><Import Project=\"B.props\" Condition=\"Exists('B.props')\" /></Project>"),
                folder => folder.Write("Models/B.props", "<Project><Import Project=\"A.props\" /></Project>"),
                folder => folder.Edit("Models/Models.csproj", "<PropertyGroup>", "<Import Project=\"A.props\" /><PropertyGroup>")),
            "Models",
            "--no-restore"),
        ["Directory.Packages.props that is no XML"] = new(
            3,
            "\"@/Directory.Packages.props\" could not be loaded. Data at the root level is invalid. Line 1, position 1. (35,3)\nMake it build with dotnet build; nothing was written.",
            folder => folder.Write("Directory.Packages.props", "garbage"),
            "Models",
            "--no-restore"),
        ["Directory.Build.props that is no XML"] = new(
            3, "project @/Models/Models.csproj cannot be evaluated: ", folder => folder.Write("Directory.Build.props", "<Project>"), "Models", "--no-restore"),
        ["NuGet.config that is no XML"] = new(
            3, "NuGet.Config is not valid XML. Path: '@/NuGet.config'", Doing(folder => folder.Write("NuGet.config", "garbage"), folder => Directory.Delete(folder["Models/obj"], recursive: true)), "Models"),
        ["global.json that is no JSON"] = new(
            3, "dotnet does not start in @: @/global.json is no global.json: it is no JSON from line 1 on. Mend it; nothing was written.", folder => folder.Write("global.json", "garbage"), "."),
        ["global.json of a list"] = new(3, "@/global.json is no global.json: it holds no JSON object.", folder => folder.Write("global.json", "[]"), "."),
        ["global.json with an absent SDK"] = new(3, "5.0.100", folder => folder.Write("global.json", """{ "sdk": { "version": "5.0.100", "rollForward": "disable" } }"""), "."),
        ["packages that are not restored"] = new(3, "run without --no-restore", folder => Directory.Delete(folder["Models/obj"], recursive: true), "Models", "--no-restore"),
        ["no TorchSharp"] = new(
            3, "nothing to rewrite here: @/A.csproj does not reference TorchSharp. Name a project that does.", folder => folder.Write("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><EnableDefaultItems>false</EnableDefaultItems></PropertyGroup></Project>"), "A.csproj", "--no-restore"),
        ["TorchSharp that is used and not referenced"] = new(
            3,
            "project @/A/A.csproj uses TorchSharp, but TorchSharp does not bind in it.",
            Doing(
                folder => folder.Write("A/A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"),
                folder => folder.Write("A/Model.cs", "using static TorchSharp.torch.nn;\n\npublic class Model;\n")),
            "A",
            "--no-restore"),

        // Sources.
        ["Latin-1 without a byte order mark"] = new(
            3,
            "@/Models/Block.cs is not valid UTF-8 text",
            folder => File.WriteAllBytes(folder["Models/Block.cs"], [.. Encoding.Latin1.GetBytes("// café\n"), .. File.ReadAllBytes(folder["Models/Block.cs"])]),
            "Models",
            "--no-restore"),
        ["UTF-16 without a byte order mark"] = new(
            3,
            "@/Models/Block.cs looks like UTF-16 without a byte order mark, which the compiler does not read either. Save it as UTF-8 and run again; nothing was written.",
            folder => File.WriteAllText(folder["Models/Block.cs"], folder.Read("Models/Block.cs"), new UnicodeEncoding(bigEndian: false, byteOrderMark: false)),
            "Models",
            "--no-restore"),
        ["project file that is not valid text"] = new(
            3,
            "@/Models/Models.csproj is not valid UTF-8 text",
            folder => File.WriteAllText(folder["Models/Models.csproj"], "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><!-- café -->" + folder.Read("Models/Models.csproj"), Encoding.Latin1),
            "Models",
            "--no-restore"),
        ["read-only project file"] = new(
            2, "@/Models/Models.csproj cannot be written: the file is read-only", folder => File.SetAttributes(folder["Models/Models.csproj"], FileAttributes.ReadOnly), "Models", "--no-restore"),
        [".editorconfig with a grid that is none"] = new(
            2,
            ".editorconfig cannot be read for @/Models/Block.cs: PBN0001.grid takes RxC with whole numbers of at least 1, such as 2x2, not 'banana'. Mend it, or give the option; nothing was written.",
            folder => folder.Write(".editorconfig", "[*.cs]\nPBN0001.grid = banana\n"),
            "Models",
            "--no-restore"),
        [".editorconfig with an option that there is not"] = new(
            2,
            ".editorconfig cannot be read for @/Models/Block.cs: there is no option pbn0001.gird, only PBN0001.grid, ",
            folder => folder.Write(".editorconfig", "[*.cs]\nPBN0001.gird = 2x2\n"),
            "Models",
            "--no-restore",
            "--grid",
            "2x2"),
        ["rewrite that would not compile"] = new(
            4,
            "Models/Clash.cs(6,19): error CS0104",
            // The new using directive makes a name ambiguous far from any site, where the error leads to no site.
            folder => folder.Write("Models/Clash.cs", """
                using Clashing;
                using static TorchSharp.torch.nn;

                class Site { object norm = BatchNorm2d(8); }
                class Elsewhere { PatchGrid? grid = null; }

                namespace Clashing { public class PatchGrid; }
                """),
            "Models/Models.csproj",
            "--no-restore"),

        // References and reports.
        ["reference to an F# project"] = new(
            2, "--reference project=A.fsproj names no .csproj file; name the runtime's project file.", folder => folder.Write("A.fsproj", "<Project />"), "Models", "--reference", "project=A.fsproj"),
        ["reference to a folder"] = new(
            2, "--reference names a project that does not exist: @/A.csproj. Check the path.", folder => Directory.CreateDirectory(folder["A.csproj"]), "Models", "--reference", "project=A.csproj"),
        ["reference to a project of garbage"] = new(
            2, "--reference names @/A.csproj, which cannot be evaluated: ", folder => folder.Write("A.csproj", "garbage"), "Models", "--no-restore", "--reference", "project=A.csproj"),
        ["reference to a project that builds on the rewritten one"] = new(
            2,
            "--reference names @/App/App.csproj, which itself builds on @/Models/Models.csproj. Name the runtime's project; nothing was written.",
            "Plain.sln",
            "--no-restore",
            "--reference",
            "project=App/App.csproj"),
        ["report over the solution"] = new(2, "--report takes a file whose name ends with .json or .sarif, not 'Plain.sln'.", "Plain.sln", "--report", "Plain.sln"),
        ["report over a file of the solution"] = new(
            2, "--report names a file that is no report of pbn-rewrite: @/global.json. Name another one, or delete it first.", folder => folder.Write("global.json", "{}"), ".", "--report", "global.json"),
        ["report over what restoring wrote"] = new(2, "--report names a file that is no report", "Models", "--report", "Models/obj/project.assets.json"),
        ["report over a link to a source"] = new(
            2, "--report names a file that is no report of pbn-rewrite: @/report.sarif", folder => File.CreateSymbolicLink(folder["report.sarif"], "Models/Block.cs"), ".", "--report", "report.sarif"),
        ["report over a link to nothing"] = new(
            2, "@/report.json cannot be read", folder => File.CreateSymbolicLink(folder["report.json"], "nothing"), ".", "--report", "report.json"),

        // What earlier runs left.
        ["record of another version"] = new(
            2, "the record of earlier rewrites, @/.pbn-rewrite, cannot be read", folder => folder.Write(RewriteRecord.FileName, "{ \"version\": 2, \"rewrites\": [] }"), ".", "--revert"),
        ["record that is a folder"] = new(
            2, "the record of earlier rewrites, @/.pbn-rewrite, cannot be read", folder => Directory.CreateDirectory(folder[RewriteRecord.FileName]), ".", "--revert"),
        ["no record"] = new(2, "no rewrite to take back: @ holds no .pbn-rewrite", ".", "--revert"),
        ["journal of another version"] = new(
            2, "@/.pbn-rewrite.journal, which an interrupted run left, cannot be read", folder => folder.Write(Journal.FileName, "{ \"version\": 2, \"files\": [] }\n"), ".", "--dry-run"),
        ["journal and a dry run"] = new(
            2, "an earlier run was interrupted while it wrote in @, and this one may not write.", folder => folder.Write(Journal.FileName, ""), ".", "--dry-run"),
    };

    public static TheoryData<string> Names => [.. Refusals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Input_IsRefused(string name)
    {
        var refusal = Refusals[name];
        using var folder = await RestoredFixture.CopyAsync("Plain");
        refusal.Arrange(folder);
        await CommandRun.RefusesAsync(
            folder, refusal.ExitCode, refusal.Says.Replace("@", folder.FullPath, StringComparison.Ordinal), refusal.Arguments);
    }

    [Fact]
    public async Task RevertOfAReadOnlyFile_NothingIsWritten()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        Assert.Equal(0, (await CommandRun.InAsync(folder, "Plain.sln", "--no-restore")).ExitCode);
        File.SetAttributes(folder["Models/Block.cs"], FileAttributes.ReadOnly);

        await CommandRun.RefusesAsync(
            folder, 2, $"{folder["Models/Block.cs"]} cannot be written: the file is read-only. No file was changed; run again once it can be.", ".", "--revert");
    }

    [Theory]
    [InlineData("<Import Project=\"Missing.props\" />", "Models/Models.csproj was read as far as it goes: The imported project")]
    [InlineData("<ItemGroup><Compile Include=\"Missing.cs\" /></ItemGroup>", "Models/Missing.cs does not exist, and is passed over; its project does not build without it.")]
    public async Task FileThatAProjectNamesAndLacks_IsSaid(string element, string note)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Edit("Models/Models.csproj", "</Project>", $"{element}</Project>");

        var run = await CommandRun.InAsync(folder, "Models/Models.csproj", "--no-restore", "--dry-run");

        Assert.StartsWith($"note: {note}", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Would rewrite 1 of 1", run.Output, StringComparison.Ordinal);
    }

    private static Action<TemporaryFolder> Doing(params Action<TemporaryFolder>[] steps) => folder => Array.ForEach(steps, step => step(folder));

    /// <summary>One refusal.</summary>
    private sealed record Refusal(int ExitCode, string Says, Action<TemporaryFolder> Arrange, params string[] Arguments)
    {
        public Refusal(int exitCode, string says, params string[] arguments)
            : this(exitCode, says, _ => { }, arguments)
        {
        }
    }
}
