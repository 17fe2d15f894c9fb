using System.Diagnostics;
using PbnRewriter.Runtime.Tests.Cuda;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Runs a part of a test in a process of its own: for memory that no other test uses, and for what may end a process.
/// </summary>
internal static class ChildProcess
{
    /// <summary>The entry point of the child; the test run does not come by here.</summary>
    public static int Main(string[] arguments)
    {
        Console.WriteLine(arguments[0] switch
        {
            nameof(LeakTests) => LeakTests.Train(arguments[1]),
            nameof(InPlaceChangeTests) => InPlaceChangeTests.Change(arguments[1]),
            nameof(CudaKernelTests) => CudaKernelTests.Sample(arguments[1]),
            _ => throw new ArgumentException($"There is no '{arguments[0]}'."),
        });
        return 0;
    }

    /// <summary>Runs a child to its end.</summary>
    /// <returns>Its exit code, what it printed, and what it printed as errors.</returns>
    public static (int ExitCode, string Output, string Error) Run(
        string what, string argument, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(ChildProcess).Assembly.Location, what, argument },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What keeps the memory of a process level from step to step: one thread, small collections often rather than
        // large ones seldom, no compiler at work in the background, one arena of native memory.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_GCgen0size"] = "400000";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["MALLOC_ARENA_MAX"] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        var error = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return (child.ExitCode, output, error.Result);
    }
}
