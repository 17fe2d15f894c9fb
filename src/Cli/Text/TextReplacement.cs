namespace PbnRewriter.Cli.Text;

/// <summary>Text to put in the place of other text, of none where something is inserted.</summary>
/// <param name="Position">Where the other text starts.</param>
/// <param name="Removed">Its length.</param>
/// <param name="Inserted">The new text.</param>
/// <param name="Call">What the replacements of one rewritten call have in common; null for others.</param>
internal sealed record TextReplacement(int Position, int Removed, string Inserted, int? Call = null);
