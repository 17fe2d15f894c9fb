using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>What holds for the rewrite of every program.</summary>
internal static partial class RewriteLaws
{
    /// <summary>What is wrong with the generator, and not with the engine, where it is broken.</summary>
    public const string Compiles = "The generated program compiles";

    private static readonly RewriteOptions Options = RewriteOptions.Default;

    // Whether a site that the compile gate takes back counts as a broken law: it shows a flow that was not seen.
    private static readonly bool GateIsLaw = Environment.GetEnvironmentVariable("PBN_GATE_IS_LAW") is not null;

    /// <summary>Rewrites a program in every way there is.</summary>
    /// <param name="program">The program.</param>
    /// <returns>The account of the rewrite of all sites.</returns>
    /// <exception cref="LawBrokenException">A law is broken.</exception>
    public static async Task<RewriteReport> CheckAsync(TorchProgram program)
    {
        var solution = ProgramSolution.Of(ProgramText.Of(program));
        Hold(Compiles, await solution.ErrorsAsync(), solution, solution);
        var sites = await Rewriting.SitesAsync(solution);
        var order = new Random(program.Nodes.Sum(node => node.Id));

        var all = await RewriteAsync(solution, sites, Options);
        await CheckSecondRunAsync(all.Solution);
        await CheckOneByOneAsync(solution, all, order);
        await RewriteAsync(solution, [.. sites.Where(_ => order.Next(2) == 0)], Options);
        await TypeTestLaws.CheckLeftAsync(solution, all);
        await TypeTestLaws.CheckFixAsync(solution);
        return all.Report;
    }

    /// <summary>Rewrites sites and checks what holds for each single rewrite.</summary>
    private static async Task<RewriteResult> RewriteAsync(Solution before, ImmutableArray<Site> sites, RewriteOptions options)
    {
        RewriteResult result;
        try
        {
            result = await RewriteEngine.RewriteAsync(before, sites, options, CancellationToken.None);
        }
        catch (Exception e)
        {
            throw new LawBrokenException($"The engine does not throw: {e.GetType().Name}", $"{e}\n{Sources(before)}");
        }

        var (after, report) = result;
        Hold("Every error is traced", [.. report.Errors.Select(error => error.ToString())], before, after);
        Hold("What compiled compiles", await after.ErrorsAsync(), before, after);
        Hold("Outside of the edits no byte differs, and undoing them gives the original", await DifferencesAsync(before, after, report), before, after);
        if (GateIsLaw && (options.WholeGroups || sites.Length == (await Rewriting.SitesAsync(before)).Length) && !Documents(before).Any(document => document.Name.EndsWith(".g.cs", StringComparison.Ordinal)))
        {
            Hold("No site is left for an error", [.. report.Sites.Select(site => site.LeftBecause).Where(reason => reason?.Contains("would not compile", StringComparison.Ordinal) == true)!], before, after);
        }

        Hold("A fix alone compiles, and all of them are the rewrite", await SingleFixes.ProblemsAsync(before, report), before, after);
        Hold("Each site is rewritten and gone, or left with a reason", await UnaccountedAsync(before, after, sites, report, options), before, after);
        return result;
    }

    private static async Task CheckSecondRunAsync(Solution once)
    {
        var twice = await RewriteAsync(once, await Rewriting.SitesAsync(once), Options);
        Hold("A second run changes nothing", [.. twice.Report.Edits.Select(edit => edit.ToString())], once, twice.Solution);
    }

    /// <summary>
    /// Rewrites site after site, each with those that it is connected to, in any order. What the compile gate takes back
    /// depends on what else was rewritten with it: where it did, there is no one result.
    /// </summary>
    private static async Task CheckOneByOneAsync(Solution before, RewriteResult all, Random order)
    {
        var solution = before;
        var left = new HashSet<Site>();
        var isTakenBack = IsTakenBack(all.Report);
        while (!isTakenBack && (await Rewriting.SitesAsync(solution)).Where(site => !left.Contains(site)).MinBy(_ => order.Next()) is { } next)
        {
            var result = await RewriteAsync(solution, [next], Options with { WholeGroups = true });
            isTakenBack = IsTakenBack(result.Report);
            if (result.Report.Edits.IsEmpty)
            {
                left.Add(next);
            }
            else
            {
                // The others have moved, and are tried again.
                left.Clear();
            }

            solution = result.Solution;
        }

        var differences = new List<string>();
        foreach (var (document, other) in Documents(all.Solution).Zip(Documents(solution)))
        {
            if ((await document.GetTextAsync()).ToString() != (await other.GetTextAsync()).ToString())
            {
                differences.Add(document.FilePath!);
            }
        }

        if (!isTakenBack)
        {
            Hold("One by one and all at once give the same", differences, all.Solution, solution);
        }
    }

    private static bool IsTakenBack(RewriteReport report) =>
        report.Sites.Any(site => site.LeftBecause?.Contains("would not compile", StringComparison.Ordinal) == true);

    private static async Task<IReadOnlyList<string>> DifferencesAsync(Solution before, Solution after, RewriteReport report)
    {
        var edits = report.Edits.ToLookup(edit => edit.FilePath);
        var differences = new List<string>();
        foreach (var document in Documents(before))
        {
            var original = await document.GetTextAsync();
            var rewritten = await after.GetDocument(document.Id)!.GetTextAsync();
            var changes = edits[document.FilePath!].Select(edit => new TextChange(edit.Span, edit.NewText)).ToList();
            if (!Bytes(original.WithChanges(changes)).SequenceEqual(Bytes(rewritten)))
            {
                differences.Add($"{document.FilePath}: the edits do not lead to the rewritten text");
            }

            if (!Bytes(Undo(original, rewritten, changes)).SequenceEqual(Bytes(original)))
            {
                differences.Add($"{document.FilePath}: undoing the edits does not lead back");
            }
        }

        return differences;
    }

    /// <summary>The rewritten text with each edit's new text taken out and the original put back in its place.</summary>
    private static SourceText Undo(SourceText original, SourceText rewritten, IReadOnlyList<TextChange> changes)
    {
        var shift = 0;
        var back = new List<TextChange>();
        foreach (var change in changes)
        {
            back.Add(new TextChange(new TextSpan(change.Span.Start + shift, change.NewText!.Length), original.ToString(change.Span)));
            shift += change.NewText.Length - change.Span.Length;
        }

        return rewritten.WithChanges(back);
    }

    private static byte[] Bytes(SourceText text) => [.. text.Encoding!.GetPreamble(), .. text.Encoding.GetBytes(text.ToString())];

    private static async Task<IReadOnlyList<string>> UnaccountedAsync(
        Solution before, Solution after, ImmutableArray<Site> sites, RewriteReport report, RewriteOptions options)
    {
        var problems = report.Sites.Where(site => site.LeftBecause?.Length == 0).Select(site => $"{site} has an empty reason").ToList();
        if (!options.WholeGroups && report.Sites.Length != sites.Length)
        {
            problems.Add($"{sites.Length} sites were given and {report.Sites.Length} are reported");
        }

        var (had, has) = ((await Rewriting.SitesAsync(before)).Length, (await Rewriting.SitesAsync(after)).Length);
        var rewritten = report.Sites.Count(site => site.IsRewritten);
        if (had - rewritten != has)
        {
            problems.Add($"of {had} sites {rewritten} are reported as rewritten, and {has} are there");
        }

        return problems;
    }

    private static IEnumerable<Document> Documents(Solution solution) => solution.Projects.SelectMany(project => project.Documents);

    /// <summary>Throws where there are problems with a law.</summary>
    public static void Hold(string law, IReadOnlyList<string> problems, Solution before, Solution after)
    {
        if (problems.Count > 0)
        {
            var kind = ErrorId().Match(problems[0]).Value;
            throw new LawBrokenException(
                $"{law} {kind}".TrimEnd(), $"{string.Join("\n", problems)}\n{Sources(before)}{(before == after ? "" : "\n---- and then ----\n" + Sources(after))}");
        }
    }

    private static string Sources(Solution solution) =>
        string.Concat(Documents(solution).Where(document => document.Name != "Given.cs").Select(document =>
            $"\n//// {document.FilePath}, C# {((Microsoft.CodeAnalysis.CSharp.CSharpParseOptions)document.Project.ParseOptions!).LanguageVersion}\n{document.GetTextAsync().GetAwaiter().GetResult()}\n"));

    [GeneratedRegex(@"CS\d{4}")]
    private static partial Regex ErrorId();
}
