using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>
/// Rewrites constructions of BatchNorm2d to PatchBatchNorm2d, and with them the declared types that the values flow through
/// and the type tests that look for them. The lightbulb, Fix All and the command line are doors to this one engine.
/// </summary>
public static class RewriteEngine
{
    /// <summary>Rewrites sites of a solution.</summary>
    /// <param name="solution">
    /// The solution, whose projects reference TorchSharp and the runtime as compiled code or as a project; a site in a project
    /// that lacks the runtime is left.
    /// </param>
    /// <param name="sites">
    /// The sites to rewrite, and those to leave for a given reason. A call of the factory that is not among them stays too.
    /// </param>
    /// <param name="options">What to construct.</param>
    /// <param name="cancellationToken">Stops the rewrite.</param>
    /// <returns>The changed solution, which has no compile error that was not there before, and the account of each site.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static Task<RewriteResult> RewriteAsync(
        Solution solution, ImmutableArray<Site> sites, RewriteOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            solution,
            sites,
            options,
            (graph, selection) =>
            {
                graph.Select(selection.Contains, isTakenAlong: site => options.WholeGroups && !Suppression.Covers(BatchNormAnalyzer.Rule, site.Source, site.Syntax.Expression));
                return options.WholeGroups ? selection.With(graph.Sites.Where(site => site.IsSelected)) : selection;
            },
            cancellationToken);

    /// <summary>Makes type tests and casts see PatchBatchNorm2d beside BatchNorm2d, and no construction anything else.</summary>
    /// <param name="solution">The solution, as for <see cref="RewriteAsync"/>.</param>
    /// <param name="tests">The tests and casts. Others whose values meet theirs in a declared type go along, unless PBN0002 is suppressed there.</param>
    /// <param name="cancellationToken">Stops the rewrite.</param>
    /// <returns>The changed solution, which has no compile error that was not there before.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static async Task<RewriteResult> SeeBothAsync(
        Solution solution, ImmutableArray<BlindTest> tests, CancellationToken cancellationToken)
    {
        if (solution is null)
        {
            throw new ArgumentNullException(nameof(solution));
        }

        var wanted = new HashSet<(string, TextSpan)>();
        foreach (var test in tests)
        {
            var tree = await solution.GetDocument(test.DocumentId)!.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            wanted.Add((tree!.FilePath, test.Type));
        }

        return await RunAsync(
            solution,
            ImmutableArray<Site>.Empty,
            RewriteOptions.Default,
            (graph, selection) =>
            {
                graph.SelectTests(
                    isWanted: type => wanted.Contains((type.SyntaxTree.FilePath, type.Span)),
                    isTakenAlong: (source, type) => !Suppression.Covers(TypeTestAnalyzer.Rule, source, type));
                return selection;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the solution, has the graph told what is asked for, and rewrites until nothing is to be taken back.</summary>
    private static async Task<RewriteResult> RunAsync(
        Solution solution,
        ImmutableArray<Site> sites,
        RewriteOptions options,
        Func<FlowGraph, Selection, Selection> select,
        CancellationToken cancellationToken)
    {
        if (solution is null)
        {
            throw new ArgumentNullException(nameof(solution));
        }

        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        options.Progress?.Report(RewriteStage.Planning);
        var selection = await Selection.OfAsync(solution, sites, options.FixedFiles, cancellationToken).ConfigureAwait(false);
        var (graph, outOfReach) = await ReadAsync(solution, options.FixedFiles, cancellationToken).ConfigureAwait(false);
        selection = select(graph, selection);

        while (true)
        {
            var plan = new RewritePlan(graph, site => OptionsOf(site, options));
            var list = plan.Edits();
            var edits = list.ByPath;
            var changed = await ApplyAsync(solution, edits, cancellationToken).ConfigureAwait(false);
            if (await SuperfluousImports.RemoveAsync(solution, changed, list, cancellationToken).ConfigureAwait(false))
            {
                edits = list.ByPath;
                changed = await ApplyAsync(solution, edits, cancellationToken).ConfigureAwait(false);
            }

            options.Progress?.Report(RewriteStage.Compiling);
            var (errors, errorsBefore) = await CompileGate.CheckAsync(solution, changed, edits, outOfReach, cancellationToken).ConfigureAwait(false);
            var isTakenBack = errors.IsEmpty
                ? await BindingGate.TakeBackAsync(solution, changed, graph, plan, edits, cancellationToken).ConfigureAwait(false)
                : await ErrorTrace.TakeBackAsync(solution, graph, plan, errors, edits, cancellationToken).ConfigureAwait(false);
            if (!isTakenBack)
            {
                return errors.IsEmpty
                    ? new RewriteResult(changed, Accounting.Of(selection, graph, plan, edits) with { ErrorsBefore = errorsBefore })
                    : new RewriteResult(solution, Accounting.OfErrors(selection, graph, plan, errors));
            }

            options.Progress?.Report(RewriteStage.Planning);
        }
    }

    private static LayerOptions OptionsOf(SiteUse site, RewriteOptions options)
    {
        var config = site.Source.Document.Project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(site.Syntax.SyntaxTree);
        return options.Layer.Or(LayerOptions.Read(config)).Or(LayerOptions.Default);
    }

    /// <summary>
    /// Reads the documents that a value can get into, those that never name the type included, and tells the files of the others.
    /// </summary>
    private static async Task<(FlowGraph Graph, ISet<string> OutOfReach)> ReadAsync(
        Solution solution, IImmutableDictionary<string, string> fixedFiles, CancellationToken cancellationToken)
    {
        var all = new List<Document>();
        var compilations = new List<Compilation>();
        foreach (var project in solution.Projects.Where(each => each.Language == LanguageNames.CSharp).OrderBy(each => each.Name, StringComparer.Ordinal))
        {
            var compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
            if (compilation is not null && NormSymbols.HasTorchSharp(compilation))
            {
                compilations.Add(compilation);
                all.AddRange(project.Documents);
            }
        }

        var documents = await FlowReach.FindAsync(all, compilations, cancellationToken).ConfigureAwait(false);

        // Binding takes the time, and is done by as many threads as there are; the graph is one thing and is read by one.
        var sources = await InParallel.SelectAsync(
            documents, document => DocumentFlow.BindAsync(document, cancellationToken), cancellationToken).ConfigureAwait(false);
        var graph = new FlowGraph(fixedFiles);
        foreach (var source in sources.OfType<Source>())
        {
            DocumentFlow.Read(source, graph, cancellationToken);
        }

        graph.UniteCompared();

        var outOfReach = new HashSet<string>(all.Select(document => document.FilePath).OfType<string>(), StringComparer.Ordinal);
        outOfReach.ExceptWith(documents.Select(document => document.FilePath).OfType<string>());
        return (graph, outOfReach);
    }

    private static async Task<Solution> ApplyAsync(Solution solution, ILookup<string, Edit> edits, CancellationToken cancellationToken)
    {
        var changed = solution;
        foreach (var document in solution.Projects.SelectMany(project => project.Documents))
        {
            var tree = edits.Count == 0 ? null : await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            if (tree is not null && edits.Contains(tree.FilePath))
            {
                var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
                changed = changed.WithDocumentText(document.Id, text.WithChanges(edits[tree.FilePath].Select(edit => new TextChange(edit.Span, edit.NewText))));
            }
        }

        return changed;
    }
}
