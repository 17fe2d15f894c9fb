using System.CommandLine;
using System.CommandLine.Help;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.References;
using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli;

/// <summary>Turns arguments into <see cref="RunOptions"/> and hands them to a <see cref="Runner"/>.</summary>
internal sealed class CommandLine
{
    private const string Description = """
        Rewrites TorchSharp BatchNorm2d constructions into PatchBatchNorm2d, in a whole solution.

        Exit codes:
          0    done, or nothing to change
          1    --check found something to change
          2    wrong usage, or a path that cannot be used, or a file that cannot be written
          3    a project did not load, restore or bind TorchSharp, or a file is not valid text in its encoding or changed during the run
          4    the rewrite would break the build
          130  cancelled
        With any code but 0 all files are as they were, unless the message says otherwise. A run that is killed while it
        writes leaves each file wholly old or new, and the next run on the same path finishes or undoes it.
        """;

    private static readonly Dictionary<string, Verbosity> VerbosityNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["quiet"] = Verbosity.Quiet, ["q"] = Verbosity.Quiet,
        ["minimal"] = Verbosity.Minimal, ["m"] = Verbosity.Minimal,
        ["normal"] = Verbosity.Normal, ["n"] = Verbosity.Normal,
        ["detailed"] = Verbosity.Detailed, ["d"] = Verbosity.Detailed,
        ["diagnostic"] = Verbosity.Diagnostic, ["diag"] = Verbosity.Diagnostic,
    };

    private readonly Argument<string?> path = new("path")
    {
        Description = "A .sln, .slnx, .slnf or .csproj file, or a folder that holds exactly one of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> grid = new("--grid")
    {
        Description = "Rows and columns of patches, such as 2x2. Wins over .editorconfig (PBN0001.grid).",
        HelpName = "RxC",
    };

    private readonly Option<string?> globalWeight = new("--global-weight")
    {
        Description = "Weight of the accumulated statistics beside a patch's own, 0 to 1. Wins over PBN0001.global_weight.",
        HelpName = "W",
    };

    private readonly Option<string?> statistics = new("--statistics")
    {
        Description = "Whether both statistics are blended, or one of them is selected at random. Wins over PBN0001.statistics.",
        HelpName = "blended|selected",
    };

    private readonly Option<string?> layout = new("--layout")
    {
        Description = "Where maps are cut: evenly, at random, or both halves of the channels differently. Wins over PBN0001.layout.",
        HelpName = "even|random|fused",
    };

    private readonly Option<string?> warmupBatches = new("--warmup-batches")
    {
        Description = "Batches that are normalized as BatchNorm2d does before patches are. Wins over PBN0001.warmup_batches.",
        HelpName = "N",
    };

    private readonly Option<string[]> project = new("--project")
    {
        Description = "Rewrite this project of the solution only, by its name or path; repeatable.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> include = new("--include")
    {
        Description = "Rewrite the sites in these files only, by their paths in the report: Models/**; repeatable.",
        HelpName = "GLOB",
    };

    private readonly Option<string[]> exclude = new("--exclude")
    {
        Description = "Leave the sites in these files; wins over --include; repeatable.",
        HelpName = "GLOB",
    };

    private readonly Option<string[]> sites = new("--sites")
    {
        Description = "Rewrite the sites in these members only, as the report names them: BasicBlock.*, *.downsample; repeatable.",
        HelpName = "TYPE.MEMBER-GLOB",
    };

    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Write nothing; list what would change.",
    };

    private readonly Option<bool> diff = new("--diff")
    {
        Description = "Write nothing; print a unified diff that git apply takes.",
    };

    private readonly Option<bool> check = new("--check")
    {
        Description = "Write nothing; exit 1 if anything would change. For continuous integration; goes with --diff.",
    };

    private readonly Option<bool> revert = new("--revert")
    {
        Description = "Take back what was rewritten by this path, by the record .pbn-rewrite beside it; goes with --dry-run and --diff only.",
    };

    private readonly Option<string> reference = new("--reference")
    {
        Description = "How rewritten projects reference the runtime.",
        HelpName = "package|project=PATH|none",
        DefaultValueFactory = _ => "package",
    };

    private readonly Option<string?> report = new("--report")
    {
        Description = "Also write a report of every construction, with --dry-run, --diff and --check too: JSON, or SARIF 2.1.0 with fixes.",
        HelpName = "FILE.json|FILE.sarif",
    };

    private readonly Option<string[]> property = new("--property", "-p", "/p")
    {
        Description = "An MSBuild property for the restore and the compilation: -p:Configuration=Release; repeatable.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<string?> framework = new("--framework", "-f")
    {
        Description = "Of projects with several target frameworks look at this one only, and leave out the projects that do not have it.",
        HelpName = "TFM",
    };

    private readonly Option<bool> noRestore = new("--no-restore")
    {
        Description = "Do not restore packages first.",
    };

    private readonly Option<string?> verbosity = new("--verbosity", "-v")
    {
        Description = "How much is told, from errors and the sum to MSBuild's warnings; q, m, n, d and diag for short.",
        HelpName = "quiet|minimal|normal|detailed|diagnostic",
    };

    private readonly Option<bool> noColor = new("--no-color")
    {
        Description = "Use no colours; nor are there any where NO_COLOR is set or standard output is no terminal.",
    };

    private readonly VersionOption version = new();

    private readonly HelpOption help = new();

    private readonly Command command;

    private CommandLine()
    {
        command = new Command("pbn-rewrite", Description)
        {
            path, grid, globalWeight, statistics, layout, warmupBatches, project, include, exclude, sites, dryRun, diff, check, revert, reference, report, property, framework, noRestore, verbosity, noColor, version, help,
        };
        statistics.CompletionSources.Add([.. LayerOptions.StatisticsNames.Select(name => name.ToLowerInvariant())]);
        layout.CompletionSources.Add([.. LayerOptions.LayoutNames.Select(name => name.ToLowerInvariant())]);
        reference.CompletionSources.Add("package", "project=", "none");
        verbosity.CompletionSources.Add([.. Enum.GetNames<Verbosity>().Select(name => name.ToLowerInvariant())]);
    }

    /// <summary>Parses and runs; returns the exit code.</summary>
    public static async Task<int> RunAsync(
        string[] args, ICommandConsole console, string currentDirectory, CancellationToken cancellationToken)
    {
        try
        {
            return await new CommandLine().InvokeAsync(args, console, currentDirectory, cancellationToken);
        }
        catch (RunException failure)
        {
            console.Error.WriteLine($"pbn-rewrite: {failure.Message}");
            return failure.ExitCode;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Not only OperationCanceledException: Ctrl-C ends the build processes too, and who talks to them then fails.
            console.Error.WriteLine("pbn-rewrite: cancelled; this run wrote nothing.");
            return ExitCode.Cancelled;
        }
        catch (Exception unexpected)
        {
            // The last door: whatever comes through, a person gets a sentence and no stack trace.
            console.Error.WriteLine(
                $"pbn-rewrite: unexpected {unexpected.GetType().Name}: {Sentence.FirstLine(unexpected.Message)}");
            console.Error.WriteLine("This run wrote nothing. Please report this line together with the command.");
            return ExitCode.NotLoaded;
        }
    }

    private async Task<int> InvokeAsync(
        string[] args, ICommandConsole console, string currentDirectory, CancellationToken cancellationToken)
    {
        // Response files would give '@' in a path a meaning that nobody expects here.
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var invocation = new InvocationConfiguration { Output = console.Out, Error = console.Error };
        if (args is [var first, ..] && (first == "[suggest]" || first.StartsWith("[suggest:", StringComparison.Ordinal)))
        {
            return await Completing().Parse(args, parser).InvokeAsync(invocation, cancellationToken);
        }

        var parsed = command.Parse(args, parser);
        if (parsed.GetResult(help) is not null)
        {
            await parsed.InvokeAsync(invocation, cancellationToken);
            return ExitCode.Done;
        }

        if (parsed.Errors.Count == 0 && parsed.GetResult(version) is { Implicit: false })
        {
            console.Out.WriteLine(ToolVersion.WithoutBuildMetadata);
            return ExitCode.Done;
        }

        if (parsed.Errors.Count > 0)
        {
            throw new RunException(ExitCode.Usage, $"{parsed.Errors[0].Message}\nSee pbn-rewrite --help.");
        }

        if (parsed.GetValue(revert))
        {
            RefuseBesideRevert(parsed);
            return await new Reverter(console, currentDirectory, VerbosityOf(parsed)).RunAsync(Path(parsed), DestinationOf(parsed), cancellationToken);
        }

        return await new Runner(console, currentDirectory).RunAsync(Options(parsed, currentDirectory), cancellationToken);
    }

    /// <summary>
    /// The same command as System.CommandLine wants it for completions. It would call itself by the name of the assembly, so
    /// it serves for nothing else.
    /// </summary>
    private RootCommand Completing()
    {
        var root = new RootCommand { path };
        root.Options.Clear();
        foreach (var option in command.Options)
        {
            root.Add(option);
        }

        return root;
    }

    private RunOptions Options(ParseResult parsed, string currentDirectory) => new(
        Path(parsed),
        Layer(parsed),
        [.. parsed.GetValue(project) ?? []],
        new SitePatterns([.. parsed.GetValue(include) ?? []], [.. parsed.GetValue(exclude) ?? []], [.. parsed.GetValue(sites) ?? []]),
        DestinationOf(parsed),
        parsed.GetValue(check),
        ReferenceChoice.Parse(parsed.GetValue(reference)!, currentDirectory),
        BuildProperties.Parse(parsed.GetValue(property) ?? []),
        parsed.GetValue(framework),
        !parsed.GetValue(noRestore),
        parsed.GetValue(report) is { } file ? ReportFile.Parse(file, currentDirectory) : null,
        VerbosityOf(parsed),
        !parsed.GetValue(noColor));

    private string Path(ParseResult parsed) => parsed.GetValue(path) ?? throw new RunException(
        ExitCode.Usage, "no path given: name a .sln, .slnx, .slnf or .csproj file, or the folder of one.\nSee pbn-rewrite --help.");

    private Destination DestinationOf(ParseResult parsed) =>
        parsed.GetValue(diff) ? Destination.Diff : parsed.GetValue(dryRun) || parsed.GetValue(check) ? Destination.Nowhere : Destination.Disk;

    // A rewrite goes back as a whole: parts of it would leave types that do not fit together.
    private void RefuseBesideRevert(ParseResult parsed)
    {
        Option[] others = [grid, globalWeight, statistics, layout, warmupBatches, project, include, exclude, sites, framework, reference, check, report];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new RunException(ExitCode.Usage, $"{other.Name} does not go with --revert, which takes the whole rewrite back.");
        }
    }

    private LayerOptions Layer(ParseResult parsed) => new LayerOptions()
        .Or(Value(parsed, grid, LayerOption.Grid))
        .Or(Value(parsed, globalWeight, LayerOption.GlobalWeight))
        .Or(Value(parsed, statistics, LayerOption.Statistics))
        .Or(Value(parsed, layout, LayerOption.Layout))
        .Or(Value(parsed, warmupBatches, LayerOption.WarmupBatches));

    private static LayerOptions Value(ParseResult parsed, Option<string?> option, LayerOption layer) =>
        parsed.GetValue(option) is { } text
            ? layer.Parse(text) ?? throw new RunException(ExitCode.Usage, layer.Refusal(option.Name, text) + ".")
            : new LayerOptions();

    private Verbosity VerbosityOf(ParseResult parsed) => parsed.GetValue(verbosity) is not { } text ? Verbosity.Normal
        : VerbosityNames.TryGetValue(text, out var level) ? level
        : throw new RunException(
            ExitCode.Usage, $"{verbosity.Name} takes {LayerRanges.OneOf(Enum.GetNames<Verbosity>()).ToLowerInvariant()}, not '{text}'.");
}
