using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>Tells the places that somebody wants to stay: the rule is suppressed there, or off in their file.</summary>
internal static class Suppression
{
    /// <summary>Whether a place is one of them.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="source">The document that holds the place.</param>
    /// <param name="place">Where the rule would be reported.</param>
    public static bool Covers(DiagnosticDescriptor rule, Source source, SyntaxNode place) =>
        CompilationWithAnalyzers.GetEffectiveDiagnostics(ImmutableArray.Create(Diagnostic.Create(rule, place.GetLocation())), source.Model.Compilation)
            .All(each => each.IsSuppressed);
}
