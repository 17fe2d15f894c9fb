using System.Text;

namespace PbnRewriter.Cli;

/// <summary>The process's own streams, as UTF-8 without a BOM whatever the system's code page.</summary>
internal sealed class SystemConsole : ICommandConsole, IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Stream output = Console.OpenStandardOutput();

    public SystemConsole()
    {
        if (!Console.IsOutputRedirected || !Console.IsErrorRedirected)
        {
            Console.OutputEncoding = Utf8;
        }

        Out = new StreamWriter(output, Utf8) { AutoFlush = true };
        Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool ShowsProgress => !Console.IsErrorRedirected;

    public void WriteBytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
    }
}
