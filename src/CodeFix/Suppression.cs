using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>Tells the sites that somebody wants to stay: PBN0001 is suppressed there, or off in their file.</summary>
internal static class Suppression
{
    /// <summary>Whether a site is one of them.</summary>
    public static bool Covers(SiteUse site)
    {
        var diagnostic = Diagnostic.Create(BatchNormAnalyzer.Rule, site.Syntax.Expression.GetLocation());
        return CompilationWithAnalyzers.GetEffectiveDiagnostics(ImmutableArray.Create(diagnostic), site.Source.Model.Compilation).All(each => each.IsSuppressed);
    }
}
