using System.Text;

namespace PbnRewriter.Cli;

/// <summary>The process's own streams, as UTF-8 without a BOM whatever the system's code page.</summary>
internal sealed class SystemConsole : ICommandConsole, IDisposable
{
    private const int UsualWidth = 80;

    // https://no-color.org
    private const string NoColor = "NO_COLOR";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly bool hasColor;

    private readonly Stream output = Console.OpenStandardOutput();

    public SystemConsole()
    {
        if (!Console.IsOutputRedirected || !Console.IsErrorRedirected)
        {
            Console.OutputEncoding = Utf8;
        }

        hasColor = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NoColor));
        if (hasColor)
        {
            // To .NET an empty one says no too.
            Environment.SetEnvironmentVariable(NoColor, null);
        }

        Out = new StreamWriter(output, Utf8) { AutoFlush = true };
        Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public int? ProgressWidth => Console.IsErrorRedirected ? null : WindowWidth();

    public void WriteWord(string word, ConsoleColor color)
    {
        if (!hasColor)
        {
            Out.Write(word);
            return;
        }

        Console.ForegroundColor = color;
        Out.Write(word);
        Console.ResetColor();
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
    }

    // A terminal that does not tell is as wide as they used to be.
    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (Exception failure) when (failure is IOException or PlatformNotSupportedException)
        {
            return UsualWidth;
        }
    }
}
