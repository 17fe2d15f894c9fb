namespace PbnRewriter.Cli;

/// <summary>Where results and problems go.</summary>
internal interface ICommandConsole
{
    /// <summary>Results, as text.</summary>
    TextWriter Out { get; }

    /// <summary>Progress and problems.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person watches <see cref="Error"/>, so that progress is worth a line.</summary>
    bool ShowsProgress { get; }

    /// <summary>Results whose bytes matter, in order with <see cref="Out"/>.</summary>
    void WriteBytes(ReadOnlySpan<byte> bytes);
}
