using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix;

/// <summary>The changed solution and the account of the change.</summary>
/// <param name="Solution">
/// The solution with the changed texts; the one that was given where nothing changed or where
/// <see cref="RewriteReport.Errors"/> is not empty.
/// </param>
/// <param name="Report">What was rewritten, what was left, and why.</param>
public sealed record RewriteResult(Solution Solution, RewriteReport Report)
{
    /// <summary>Whether anything changed.</summary>
    public bool IsChanged => Report.Errors.IsEmpty && !Report.Edits.IsEmpty;
}

/// <summary>What a rewrite did and what it left.</summary>
/// <param name="Sites">
/// One entry a site that was given or taken along, by path and position; a linked file's site is one entry.
/// </param>
/// <param name="Left">Uses of BatchNorm2d other than sites that the rewrite could not carry over, each with its reason.</param>
/// <param name="Edits">The changes of the files' texts, by path and position; a linked file's are there once.</param>
/// <param name="Errors">
/// Compile errors that the rewrite would cause and that could not be traced to a site. Where there is one, nothing was changed.
/// </param>
public sealed record RewriteReport(
    ImmutableArray<SiteReport> Sites,
    ImmutableArray<LeftUse> Left,
    ImmutableArray<TextEdit> Edits,
    ImmutableArray<Diagnostic> Errors)
{
    /// <summary>The projects among the rewritten ones that did not compile before either.</summary>
    public ImmutableArray<ErrorsBefore> ErrorsBefore { get; init; } = ImmutableArray<ErrorsBefore>.Empty;

    /// <summary>
    /// The changes of one fix, with those that every fix holds and the imports of their files: what takes its constructions
    /// over without the other fixes. Fixes share changes; two changes of the same text are the same change.
    /// </summary>
    /// <param name="fix">The number of the fix.</param>
    public IEnumerable<TextEdit> EditsOf(int fix)
    {
        var files = new HashSet<string>(Edits.Where(IsPart).Select(edit => edit.FilePath), StringComparer.Ordinal);
        return Edits.Where(edit => edit.Fix is null ? files.Contains(edit.FilePath) : IsPart(edit));

        bool IsPart(TextEdit edit) => edit.Fix == fix || edit.Fix == TextEdit.EveryFix;
    }
}

/// <summary>A project that did not compile before the rewrite.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Count">Its errors, those of method bodies only in files that the rewrite can reach.</param>
public sealed record ErrorsBefore(string Project, int Count);

/// <summary>A change of a file's text.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Span">What is replaced in the text before the rewrite; empty where text is inserted.</param>
/// <param name="NewText">What takes its place; empty where text is taken out.</param>
/// <param name="Call">
/// Where the call starts that the change is part of, in the text before the rewrite; null for a change outside of the calls.
/// </param>
/// <param name="Fix">
/// The number of the fix that the change is part of, as in <see cref="SiteReport.Fix"/>, or <see cref="EveryFix"/>; null for
/// an import, which goes with the other changes of its file.
/// </param>
public sealed record TextEdit(string FilePath, TextSpan Span, string NewText, int? Call, int? Fix)
{
    /// <summary>In the place of a fix's number: whichever construction is rewritten, the change has to be made.</summary>
    public const int EveryFix = 0;
}

/// <summary>What became of one site.</summary>
/// <param name="Project">The name of the site's project, the first by name where a file is in several.</param>
/// <param name="FilePath">The file.</param>
/// <param name="Line">The line of the call, counted from 1.</param>
/// <param name="Column">The column of the call, counted from 1.</param>
/// <param name="EndLine">The line on which the called name ends, before the argument list.</param>
/// <param name="EndColumn">The column behind the called name.</param>
/// <param name="Member">The member that holds the call, as in <see cref="Site.Member"/>.</param>
/// <param name="LeftBecause">Why the site was left as it is; null where it was rewritten.</param>
public sealed record SiteReport(
    string Project, string FilePath, int Line, int Column, int EndLine, int EndColumn, string Member, string? LeftBecause)
{
    /// <summary>The number of the fix that rewrites the site, for <see cref="RewriteReport.EditsOf"/>; null where it was left.</summary>
    public int? Fix { get; init; }

    /// <summary>Whether the site now constructs a PatchBatchNorm2d.</summary>
    public bool IsRewritten => LeftBecause is null;
}

/// <summary>A use of BatchNorm2d that was left as it is though it may deserve a look.</summary>
/// <param name="Project">The name of the project.</param>
/// <param name="FilePath">The file.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The column, counted from 1.</param>
/// <param name="EndLine">The line on which the use ends.</param>
/// <param name="EndColumn">The column behind the use.</param>
/// <param name="Use">The use as it stands in the source.</param>
/// <param name="Reason">Why it was left.</param>
/// <param name="Kind">What that means for the rewritten code.</param>
public sealed record LeftUse(
    string Project, string FilePath, int Line, int Column, int EndLine, int EndColumn, string Use, string Reason, LeftUseKind Kind);

/// <summary>What a use of BatchNorm2d that was left means for the rewritten code.</summary>
public enum LeftUseKind
{
    /// <summary>A construction, which is no site because no target at hand compiles it.</summary>
    Construction,

    /// <summary>A type test or cast that does not see the rewritten layers.</summary>
    BlindTest,

    /// <summary>A use of which it is not known whether it ever meets a rewritten layer.</summary>
    Unknown,
}
