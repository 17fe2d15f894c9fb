using System.Text;

namespace PbnRewriter.Cli.Tests;

/// <summary>A console in memory; both kinds of output share one stream, as in the process.</summary>
internal sealed class CapturedConsole : ICommandConsole
{
    private readonly MemoryStream output = new();
    private readonly StringWriter error = new();

    public CapturedConsole() =>
        Out = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public TextWriter Out { get; }

    public TextWriter Error => error;

    public int? ProgressWidth { get; init; }

    public bool HasColor { get; init; }

    public byte[] OutputBytes => output.ToArray();

    public string Output => Encoding.UTF8.GetString(output.ToArray());

    public string Errors => error.ToString();

    public void WriteWord(string word, ConsoleColor color) => Out.Write(HasColor ? $"<{color}>{word}</>" : word);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
