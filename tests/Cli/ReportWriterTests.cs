using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Tests;

public sealed class ReportWriterTests
{
    private static readonly string Base = Path.GetFullPath("/work");

    private static readonly string Source = Path.Combine(Base, "Models", "Block.cs");

    private static readonly FileEdit Edit = new(Source, [], []);

    private static readonly SiteReport Rewritten =
        new("Models", Source, 16, 14, 16, 25, "Block..ctor", null);

    private static readonly SiteReport Left = Rewritten with { FilePath = Path.Combine(Base, "App", "Program.cs"), Project = "App", LeftBecause = "generated code" };

    private static readonly LeftUse Use =
        new("App", Path.Combine(Base, "App", "Program.cs"), 3, 4, 3, 18, "nn.BatchNorm2d", "a method group", LeftUseKind.BlindTest);

    private static readonly RunReport Mixed = new(
        new RewriteReport([Rewritten, Left], [Use, Use with { Line = 8, Use = "BatchNorm2d", Reason = "inactive", Kind = LeftUseKind.Construction }], [], []),
        [Edit],
        [Edit with { Path = Path.Combine(Base, "Models", "Models.csproj") }],
        2);

    [Fact]
    public void SitesAndProjects_AreListedInOrder()
    {
        Assert.Equal(
            """
            App/Program.cs(16,14): Block..ctor: left: generated code
            Models/Block.cs(16,14): Block..ctor: rewritten
            App/Program.cs(3,4): note: 'nn.BatchNorm2d' left: a method group
            App/Program.cs(8,4): note: 'BatchNorm2d' left: inactive

            project  found  rewritten  left  because
            App          1          0     1  generated code
            Models       1          1     0

            Models/Models.csproj: reference to the runtime added
            Rewrote 1 of 2 BatchNorm2d constructions in 2 files.
            1 more in code that #if leaves out of the configuration at hand.
            Look at the notes: 1 type test or cast would no longer see every layer.
            To take it back: --revert.

            """,
            Write(Mixed, Destination.Disk));
    }

    [Fact]
    public void Reasons_AreCountedPerProject()
    {
        SiteReport Because(string project, string reason) => Rewritten with { Project = project, LeftBecause = reason };
        SiteReport[] sites =
        [
            Rewritten, Because("Models", "generated code"), Because("Models", "compiled code demands it"), Because("Models", "generated code"),
            Rewritten with { Project = "A.Long.Name" },
            .. Enumerable.Range(1, 12).Select(number => Because("Many", $"reason {number % 7}")),
        ];

        var table = Write(new RunReport(new RewriteReport([.. sites], [], [], []), [Edit], [], 3), Destination.Nowhere).Split("\n\n")[1];

        Assert.Equal(
            """
            project      found  rewritten  left  because
            A.Long.Name      1          1     0
            Many            12          0    12  2: reason 1
                                                 2: reason 2
                                                 2: reason 3
                                                 2: reason 4
                                                 4: other reasons, named above
            Models           4          1     3  2: generated code
                                                 1: compiled code demands it
            """,
            table);
    }

    [Fact]
    public void Quiet_IsTheSum() => Assert.Equal(
        "Rewrote 1 of 2 BatchNorm2d constructions in 2 files.\n", Write(Mixed, Destination.Disk, Verbosity.Quiet));

    [Fact]
    public void Quiet_WithEverythingLeft_NamesNoReasonsAbove() => Assert.Equal(
        "Nothing to change: 1 BatchNorm2d construction found, all left.\n",
        Write(new RunReport(new RewriteReport([Left], [], [], []), [], [], 1), Destination.Disk, Verbosity.Quiet));

    [Fact]
    public void Minimal_IsWhatAsksForALook() => Assert.Equal(
        Write(Mixed, Destination.Disk)
            .Replace("Models/Block.cs(16,14): Block..ctor: rewritten\n", "", StringComparison.Ordinal)
            .Replace("Models/Models.csproj: reference to the runtime added\n", "", StringComparison.Ordinal),
        Write(Mixed, Destination.Disk, Verbosity.Minimal));

    [Fact]
    public void WordsOfOutcome_AreWrittenAsSuch()
    {
        var words = new List<(string, ConsoleColor)>();
        new ReportWriter(TextWriter.Null, (word, color) => words.Add((word, color)), Base, Verbosity.Normal).Write(Mixed, Destination.Disk);

        Assert.Equal(
            [("left", ConsoleColor.DarkYellow), ("rewritten", ConsoleColor.DarkGreen), ("note", ConsoleColor.DarkCyan), ("note", ConsoleColor.DarkCyan)], words);
    }

    [Fact]
    public void NothingWritten_IsSaid() => Assert.EndsWith(
        "Would rewrite 1 of 1 BatchNorm2d construction in 1 file; nothing was written.\n",
        Write(new RunReport(new RewriteReport([Rewritten], [], [], []), [Edit], [], 1), Destination.Nowhere),
        StringComparison.Ordinal);

    [Fact]
    public void NothingFound_IsSaidWithCounts() => Assert.Equal(
        "Nothing to change: no BatchNorm2d construction in 2 projects with TorchSharp.\n",
        Write(new RunReport(new RewriteReport([], [], [], []), [], [], 2), Destination.Disk));

    [Fact]
    public void EverythingLeft_IsSaidWithCounts() => Assert.EndsWith(
        "Nothing to change: 1 BatchNorm2d construction found, all left for the reasons above.\n",
        Write(new RunReport(new RewriteReport([Rewritten with { LeftBecause = "generated code" }], [], [], []), [], [], 1), Destination.Disk),
        StringComparison.Ordinal);

    private static string Write(RunReport report, Destination destination, Verbosity verbosity = Verbosity.Normal)
    {
        var writer = new StringWriter { NewLine = "\n" };
        new ReportWriter(writer, (word, _) => writer.Write(word), Base, verbosity).Write(report, destination);
        return writer.ToString();
    }
}
