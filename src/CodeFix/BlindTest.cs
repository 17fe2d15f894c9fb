using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix;

/// <summary>A type test or cast that sees BatchNorm2d only.</summary>
/// <param name="DocumentId">The document that holds it. A linked or multi-targeted file is several documents.</param>
/// <param name="Type">The span of its name of BatchNorm2d in the document's text.</param>
public sealed record BlindTest(DocumentId DocumentId, TextSpan Type);
