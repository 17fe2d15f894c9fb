namespace PbnRewriter.Cli;

/// <summary>Text to put in the place of other text, of none where something is inserted.</summary>
internal sealed record TextReplacement(int Position, int Removed, string Inserted)
{
    public string In(string text) => text.Remove(Position, Removed).Insert(Position, Inserted);
}
