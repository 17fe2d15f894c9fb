using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix;

/// <summary>A call of TorchSharp's <c>torch.nn.BatchNorm2d</c> factory.</summary>
/// <param name="DocumentId">The document that holds the call. A linked or multi-targeted file is several documents.</param>
/// <param name="Span">The span of the whole call expression in the document's text.</param>
public sealed record Site(DocumentId DocumentId, TextSpan Span);
