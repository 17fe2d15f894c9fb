namespace PbnRewriter.Cli;

/// <summary>Where results and problems go.</summary>
internal interface ICommandConsole
{
    /// <summary>Results, as text.</summary>
    TextWriter Out { get; }

    /// <summary>Progress and problems.</summary>
    TextWriter Error { get; }

    /// <summary>How wide a line of progress may be; null where nobody watches <see cref="Error"/>.</summary>
    int? ProgressWidth { get; }

    /// <summary>Writes a word to <see cref="Out"/>, in a colour where a person watches and wants colours.</summary>
    void WriteWord(string word, ConsoleColor color);

    /// <summary>Results whose bytes matter, in order with <see cref="Out"/>.</summary>
    void WriteBytes(ReadOnlySpan<byte> bytes);
}
