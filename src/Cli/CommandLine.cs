using System.CommandLine;
using System.CommandLine.Help;

namespace PbnRewriter.Cli;

/// <summary>Turns arguments into <see cref="RunOptions"/> and hands them to a <see cref="Runner"/>.</summary>
internal sealed class CommandLine
{
    private const string Description = """
        Rewrites TorchSharp BatchNorm2d constructions into PatchBatchNorm2d, in a whole solution.

        Exit codes:
          0    done, or nothing to change
          1    --check found something to change
          2    wrong usage, or a path that cannot be used
          3    a project did not load, restore or bind TorchSharp, or a file is not valid text in its encoding
          4    the rewrite would break the build
          130  cancelled
        With any code but 0 nothing has been written.
        """;

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

    private readonly Option<string[]> project = new("--project")
    {
        Description = "Rewrite this project of the solution only; repeatable.",
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

    private readonly Option<bool> noRestore = new("--no-restore")
    {
        Description = "Do not restore packages first.",
    };

    private readonly VersionOption version = new();

    private readonly HelpOption help = new();

    private readonly Command command;

    private CommandLine() => command = new Command("pbn-rewrite", Description)
    {
        path, grid, project, include, exclude, sites, dryRun, diff, check, revert, reference, noRestore, version, help,
    };

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
            console.Error.WriteLine("pbn-rewrite: cancelled; nothing was written.");
            return ExitCode.Cancelled;
        }
        catch (Exception unexpected)
        {
            // The last door: whatever comes through, a person gets a sentence and no stack trace.
            console.Error.WriteLine(
                $"pbn-rewrite: unexpected {unexpected.GetType().Name}: {Sentence.FirstLine(unexpected.Message)}");
            console.Error.WriteLine("Nothing was written. Please report this line together with the command.");
            return ExitCode.NotLoaded;
        }
    }

    private async Task<int> InvokeAsync(
        string[] args, ICommandConsole console, string currentDirectory, CancellationToken cancellationToken)
    {
        // Response files would give '@' in a path a meaning that nobody expects here.
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.GetResult(help) is not null)
        {
            await parsed.InvokeAsync(new InvocationConfiguration { Output = console.Out, Error = console.Error }, cancellationToken);
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
            return await new Reverter(console, currentDirectory).RunAsync(Path(parsed), DestinationOf(parsed), cancellationToken);
        }

        return await new Runner(console, currentDirectory).RunAsync(Options(parsed, currentDirectory), cancellationToken);
    }

    private RunOptions Options(ParseResult parsed, string currentDirectory) => new(
        Path(parsed),
        Grid(parsed.GetValue(grid)),
        [.. parsed.GetValue(project) ?? []],
        new SitePatterns([.. parsed.GetValue(include) ?? []], [.. parsed.GetValue(exclude) ?? []], [.. parsed.GetValue(sites) ?? []]),
        DestinationOf(parsed),
        parsed.GetValue(check),
        ReferenceChoice.Parse(parsed.GetValue(reference)!, currentDirectory),
        !parsed.GetValue(noRestore));

    private string Path(ParseResult parsed) => parsed.GetValue(path) ?? throw new RunException(
        ExitCode.Usage, "no path given: name a .sln, .slnx, .slnf or .csproj file, or the folder of one.\nSee pbn-rewrite --help.");

    private Destination DestinationOf(ParseResult parsed) =>
        parsed.GetValue(diff) ? Destination.Diff : parsed.GetValue(dryRun) || parsed.GetValue(check) ? Destination.Nowhere : Destination.Disk;

    // A rewrite goes back as a whole: parts of it would leave types that do not fit together.
    private void RefuseBesideRevert(ParseResult parsed)
    {
        Option[] others = [grid, project, include, exclude, sites, reference, check];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new RunException(ExitCode.Usage, $"{other.Name} does not go with --revert, which takes the whole rewrite back.");
        }
    }

    private static (int Rows, int Columns)? Grid(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return PatchGridText.TryParse(text, out var rows, out var columns)
            ? (rows, columns)
            : throw new RunException(ExitCode.Usage, $"--grid takes {PatchGridText.Form}, not '{text}'.");
    }
}
