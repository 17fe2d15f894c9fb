namespace PbnRewriter.Cli.Reports;

/// <summary>How much a run tells; each level tells what those before it do.</summary>
internal enum Verbosity
{
    /// <summary>Errors and the closing sum.</summary>
    Quiet,

    /// <summary>What asks for a look: the sites that stay, the notes, and the table.</summary>
    Minimal,

    /// <summary>Every site and changed project file.</summary>
    Normal,

    /// <summary>The stages and their times.</summary>
    Detailed,

    /// <summary>What MSBuild says while it loads the projects.</summary>
    Diagnostic,
}
