namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>A law that a rewrite broke.</summary>
/// <param name="law">The law, in the words that shrinking keeps: a smaller program has to break the same one.</param>
/// <param name="details">What was seen.</param>
internal sealed class LawBrokenException(string law, string details) : Exception($"{law}\n{details}")
{
    public string Law => law;
}
