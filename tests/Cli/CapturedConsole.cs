using System.Text;

namespace PbnRewriter.Cli.Tests;

/// <summary>A console in memory; both kinds of output share one stream, as in the process.</summary>
internal sealed class CapturedConsole : ICommandConsole
{
    private readonly MemoryStream output = new();
    private readonly StringWriter error;

    public CapturedConsole()
        : this(_ => { })
    {
    }

    /// <param name="watch">Told what is written to standard error, as it is: a live line names the stage that starts.</param>
    public CapturedConsole(Action<string> watch)
    {
        error = new WatchedWriter(watch);
        Out = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    public TextWriter Out { get; }

    public TextWriter Error => error;

    public int? ProgressWidth { get; init; }

    public bool HasColor { get; init; }

    public byte[] OutputBytes => output.ToArray();

    public string Output => Encoding.UTF8.GetString(output.ToArray());

    public string Errors => error.ToString();

    public void WriteWord(string word, ConsoleColor color) => Out.Write(HasColor ? $"<{color}>{word}</>" : word);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    private sealed class WatchedWriter(Action<string> watch) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            watch(value ?? "");
        }
    }
}
