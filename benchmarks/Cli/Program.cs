using System.CommandLine;
using PbnRewriter.Cli.Benchmarks;
using PbnRewriter.Cli.Loading;

var folder = new Argument<DirectoryInfo>("folder") { Description = "Where the solution goes." };
var projects = new Argument<int>("projects") { Description = "How many projects." };
var files = new Argument<int>("files") { Description = "How many source files in all." };
var torchProjects = new Argument<int>("torch-projects") { Description = "How many of the projects reference TorchSharp." };
var generate = new Command("generate", "Writes a solution.") { folder, projects, files, torchProjects };
generate.SetAction(result =>
{
    var contenders = Contenders.Publish(Folders.Tools);
    Folders.Generate(contenders, new GeneratedSolution(
        result.GetRequiredValue(folder).FullName, result.GetValue(projects), result.GetValue(files), result.GetValue(torchProjects)));
});

var solution = new Argument<FileInfo>("solution");
var open = new Command("open", "Opens a solution and nothing else: the floor of every tool that works on a workspace.") { solution };
open.SetAction(async (result, cancellationToken) =>
{
    var file = result.GetRequiredValue(solution);
    var input = await InputPath.ResolveAsync(file.FullName, file.DirectoryName!, cancellationToken);
    using var workspace = WorkspaceLoader.CreateWorkspace(input, BuildProperties.None);
    await workspace.OpenSolutionAsync(input.File, cancellationToken: cancellationToken);
});

var rounds = new Option<int>("--rounds") { Description = "How often each is timed.", DefaultValueFactory = _ => 5, Recursive = true };
var analyzers = new Command("analyzers", "Prints what the analyzers take of the compiler's time.");
analyzers.SetAction(result => AnalyzerBenchmark.Run(result.GetValue(rounds)));

var command = new RootCommand("Times pbn-rewrite against dotnet format on generated solutions.") { generate, open, analyzers, rounds };
command.SetAction(result => CommandBenchmark.Run(result.GetValue(rounds)));
return command.Parse(args).Invoke();
