using System.Collections.Immutable;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.References;
using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli;

/// <summary>What one run is asked to do.</summary>
/// <param name="Path">The path as it was given.</param>
/// <param name="Layer">What to construct; null values leave it to .editorconfig and the defaults.</param>
/// <param name="Projects">The projects to look at; empty for all.</param>
/// <param name="Patterns">The sites to rewrite.</param>
/// <param name="Destination">Where the changed files go.</param>
/// <param name="Checks">Whether a change that is to be made shows in the exit code; writes nothing then.</param>
/// <param name="Reference">How the runtime is referenced.</param>
/// <param name="Properties">MSBuild properties of the build that is looked at.</param>
/// <param name="Framework">The target framework to look at; null for all.</param>
/// <param name="Restores">Whether packages are restored first.</param>
/// <param name="Report">The report that is asked for.</param>
/// <param name="Verbosity">How much is told.</param>
/// <param name="UsesColor">Whether colours may be used where the console has them.</param>
internal sealed record RunOptions(
    string Path,
    LayerOptions Layer,
    ImmutableArray<string> Projects,
    SitePatterns Patterns,
    Destination Destination,
    bool Checks,
    ReferenceChoice Reference,
    BuildProperties Properties,
    string? Framework,
    bool Restores,
    ReportFile? Report,
    Verbosity Verbosity,
    bool UsesColor);
