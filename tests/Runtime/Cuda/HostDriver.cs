using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using PbnRewriter.Runtime.Cuda;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>
/// The kernels for GPUs, compiled for the CPU: driver.cpp, a library with the functions of CUDA's driver that run them on
/// tensors of the CPU.
/// </summary>
internal static class HostDriver
{
    public const string Compiler = "g++";

    /// <summary>The environment variable that names the library of a process that runs under AddressSanitizer.</summary>
    public const string SanitizedVariable = "PBN_SANITIZED_KERNELS";

    private static readonly string s_folder = Path.GetDirectoryName(ThisFile())!;
    private static readonly Lazy<string> s_library = new(() =>
        Environment.GetEnvironmentVariable(SanitizedVariable) ?? Build("-O1"));

    private static readonly Lazy<CudaDriver> s_driver = new(() => new CudaDriver(Library));

    /// <summary>Why it cannot be built here; null where it can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() ? "The kernels are compiled for the host on Linux alone."
        : Find(Compiler) is null ? $"The kernels are compiled for the host by {Compiler}, which is not installed."
        : null;

    /// <summary>The library of AddressSanitizer, which a process has to load first; null where there is none.</summary>
    public static string? Sanitizer { get; } =
        Missing is null && Run(Compiler, ["-print-file-name=libasan.so"]).Trim() is var path && File.Exists(path) ? path : null;

    /// <summary>The folder of the kernels' sources.</summary>
    public static string Sources { get; } = Path.GetFullPath(Path.Combine(s_folder, "../../../src/Runtime/Cuda"));

    /// <summary>The path of the library.</summary>
    public static string Library => s_library.Value;

    /// <summary>The driver.</summary>
    public static CudaDriver Driver => s_driver.Value;

    /// <summary>A GPU that is none, with what kernels are planned by.</summary>
    public static CudaDevice Device(CudaLimits limits) => new(Driver, 0, limits);

    /// <summary>Builds the library, unless it has been built from the same sources before.</summary>
    /// <param name="options">Options of the compiler.</param>
    /// <returns>Its path.</returns>
    public static string Build(params string[] options)
    {
        var sources = Directory.GetFiles(s_folder, "*.*").Concat(Directory.GetFiles(Sources, "*.*"))
            .Where(file => Path.GetExtension(file) is ".cpp" or ".h" or ".cu")
            .Order(StringComparer.Ordinal);
        var content = string.Join('\0', sources.Select(File.ReadAllText).Concat(options));
        var hash = Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)))[..16];
        var library = Path.Combine(AppContext.BaseDirectory, "cuda", $"libhost-{hash}.so");
        if (File.Exists(library))
        {
            return library;
        }

        // Another process may be at it too.
        Directory.CreateDirectory(Path.GetDirectoryName(library)!);
        var temporary = $"{library}.{Environment.ProcessId}";
        Run(
            Compiler,
            [
                "-std=c++20", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas",
                "-I", s_folder, "-I", Sources, .. options, "-o", temporary, Path.Combine(s_folder, "driver.cpp"),
            ]);
        File.Move(temporary, library, overwrite: true);
        return library;
    }

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program that has to succeed, and returns what it prints.</summary>
    public static string Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{error.Result}");
        return output;
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}

/// <summary>A test that runs the kernels on the CPU.</summary>
internal sealed class HostFactAttribute : FactAttribute
{
    public HostFactAttribute() => Skip = HostDriver.Missing!;
}

/// <summary>A test that runs the kernels on the CPU under AddressSanitizer.</summary>
internal sealed class SanitizerFactAttribute : FactAttribute
{
    public SanitizerFactAttribute() => Skip = HostDriver.Missing
        ?? (HostDriver.Sanitizer is null ? $"{HostDriver.Compiler} has no AddressSanitizer." : null!);
}

/// <summary>A test that runs the kernels on the CPU.</summary>
internal sealed class HostTheoryAttribute : TheoryAttribute
{
    public HostTheoryAttribute() => Skip = HostDriver.Missing!;
}
