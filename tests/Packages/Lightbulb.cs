using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.Packages.Tests;

/// <summary>
/// A project as an editor has it: opened with the analyzers that its packages bring, which Roslyn itself loads, and asked
/// for its lightbulbs through the service that editors ask. That service is Roslyn's own, so it is called by reflection.
/// </summary>
internal sealed class Lightbulb : IDisposable
{
    private static readonly Assembly Features = Assembly.Load("Microsoft.CodeAnalysis.Features");
    private static readonly Type ServiceType = Features.GetType("Microsoft.CodeAnalysis.CodeFixes.ICodeFixService", throwOnError: true)!;

    private readonly MSBuildWorkspace workspace;
    private readonly object service;

    private Lightbulb(MSBuildWorkspace workspace, object service, Project project)
    {
        this.workspace = workspace;
        this.service = service;
        Project = project;
    }

    public Project Project { get; }

    public static async Task<Lightbulb> OpenAsync(string projectFile)
    {
        var host = MefHostServices.Create(
            [.. MSBuildMefHostServices.DefaultAssemblies.Union([Features, Assembly.Load("Microsoft.CodeAnalysis.CSharp.Features")])]);
        var workspace = MSBuildWorkspace.Create(host);
        var project = await workspace.OpenProjectAsync(projectFile);
        return new Lightbulb(workspace, ServiceOf(host), project);
    }

    /// <summary>What the lightbulb at a place holds, of what came with a package.</summary>
    public async Task<ImmutableArray<CodeAction>> ActionsAsync(Document document, TextSpan span)
    {
        var stream = (IAsyncEnumerable<object>)Call(service, "StreamFixesAsync", document, span, null, CancellationToken.None)!;
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        await foreach (var collection in stream)
        {
            if (Get(collection, "Provider")!.GetType().Assembly.GetName().Name == "PbnRewriter.CodeFix")
            {
                actions.AddRange(((IEnumerable)Get(collection, "Fixes")!).Cast<object>().Select(fix => (CodeAction)Get(fix, "Action")!));
            }
        }

        // A later request for a place streams what an earlier one found once more, which a menu does not show twice.
        return [.. actions.DistinctBy(action => action.Title)];
    }

    /// <summary>The document with all fixes of a rule.</summary>
    public Task<Document> FixAllAsync(Document document, string rule, DiagnosticSeverity severity) => (Task<Document>)Call(
        service, "ApplyCodeFixesForSpecificDiagnosticIdAsync", document, null, rule, severity, new Progress<CodeAnalysisProgress>(), CancellationToken.None)!;

    /// <summary>Titles, those of nested actions with two spaces before them.</summary>
    public static IEnumerable<string> Titles(IEnumerable<CodeAction> actions) =>
        actions.SelectMany(action => Titles(action.NestedActions).Select(title => "  " + title).Prepend(action.Title));

    /// <summary>The solution after an action was chosen.</summary>
    public static async Task<Solution> ChooseAsync(CodeAction action, Solution solution)
    {
        var operations = await action.GetOperationsAsync(solution, new Progress<CodeAnalysisProgress>(), default);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    public void Dispose() => workspace.Dispose();

    private static object ServiceOf(MefHostServices host)
    {
        var exports = host.GetType().GetInterfaces().Single(type => type.Name == "IMefHostExportProvider")
            .GetMethods().Single(method => method.Name == "GetExports" && method.GetGenericArguments().Length == 1)
            .MakeGenericMethod(ServiceType);
        return Get(((IEnumerable)exports.Invoke(host, null)!).Cast<object>().Single(), "Value")!;
    }

    private static object? Call(object target, string method, params object?[] arguments) =>
        ServiceType.GetMethod(method)!.Invoke(target, arguments);

    private static object? Get(object target, string member)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        return target.GetType().GetProperty(member, Any) is { } property
            ? property.GetValue(target)
            : target.GetType().GetField(member, Any)!.GetValue(target);
    }
}
