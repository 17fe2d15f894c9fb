using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix;

/// <summary>A call of TorchSharp's <c>torch.nn.BatchNorm2d</c> factory.</summary>
/// <param name="DocumentId">The document that holds the call. A linked or multi-targeted file is several documents.</param>
/// <param name="Span">The span of the whole call expression in the document's text.</param>
/// <param name="Member">
/// The member that holds the call as <c>Type.Member</c>, <c>BasicBlock..ctor</c> for a constructor, <c>Program</c> in the
/// statements of a top-level program. Types in types are <c>Outer.Inner.Member</c>; namespaces do not count.
/// </param>
/// <param name="LeaveBecause">
/// Why the site is to stay a BatchNorm2d, in words for the report; null for one that is to be rewritten.
/// </param>
public sealed record Site(DocumentId DocumentId, TextSpan Span, string Member, string? LeaveBecause = null)
{
    internal static Site Of(DocumentId document, InvocationExpressionSyntax call) => new(document, call.Span, MemberName.Around(call));
}
