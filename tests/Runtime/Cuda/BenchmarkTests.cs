using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using PbnRewriter.Runtime.Cuda;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>
/// What benchmarks/Cuda has in Python, to run where there is no .NET, is what the layer has: how work is planned, and what a
/// kernel is given.
/// </summary>
public sealed partial class BenchmarkTests
{
    private const string Python = "python3";

    private static readonly string s_folder = Path.Combine(HostDriver.Sources, "../../../benchmarks/Cuda");

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Gen<(string Line, CudaPlan Plan)> Cases = Gen.Select(
        Gen.Select(
            Gen.OneOf(Gen.Int[1, 20], Gen.Const(64), Gen.Const(256)),
            Gen.OneOf(Gen.Int[1, 20], Gen.Int[1, 64].Select(count => 32 * count)),
            Gen.OneOf(Gen.Int[1, 60], Gen.Const(7), Gen.Const(14), Gen.Const(28), Gen.Const(56), Gen.Const(112)),
            Gen.OneOf(Gen.Int[1, 3000], Gen.Const(7), Gen.Const(14), Gen.Const(28), Gen.Const(56), Gen.Const(112))),
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 4], Gen.Bool),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[1, 2], Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false))), Gen.Bool),
        Gen.Select(Gen.Int[1, 132], Gen.OneOf(Gen.Const(232448), Gen.Int[0, 100000]), Gen.OneOf(Gen.Const(50 << 20), Gen.Int[0, 1 << 20]),
            Gen.OneOf(Gen.Const(0L), Gen.Const(1L), Gen.Const(1_000_000_000_000), Gen.Const(3_350_000_000_000))),
        (shape, grid, kind, limits) =>
        {
            var (n, c, h, w) = shape;
            var (rows, columns, others, isFused) = grid;
            var (last, isHalf, maps, isAligned, writes) = kind;
            var first = new PatchSplit(PatchCuts.Even(h, w, (rows, columns)), 1, null);
            var splits = isFused
                ? new PatchSplits(first, new PatchSplit(PatchCuts.Even(h, w, (others, rows)), 1, null), new bool[c])
                : new PatchSplits(first);
            var line = JsonSerializer.Serialize(new
            {
                shape = (int[])[n, c, h, w],
                channels_last = last,
                element_size = isHalf ? 2 : 4,
                maps,
                is_aligned = isAligned,
                writes,
                splits = new[] { splits.First, splits.Second }.OfType<PatchSplit>()
                    .Select(split => new[] { split.Cuts.Rows.ToArray(), split.Cuts.Columns.ToArray() }),
                limits = (long[])[limits.Item1, limits.Item2, limits.Item3, limits.Item4],
            });
            var plan = CudaPlan.For(
                [n, c, h, w],
                last,
                isHalf ? 2 : 4,
                maps,
                isAligned,
                writes,
                splits,
                new CudaLimits(limits.Item1, limits.Item2, limits.Item3, limits.Item4));
            return (line, plan);
        });

    [PythonFact]
    public void Plans_AreThoseOfTheLayer()
    {
        var cases = Cases.Array[1500].Single();

        var lines = Run("plan.py", string.Join('\n', cases.Select(any => any.Line))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(cases.Length, lines.Length);
        foreach (var (any, line) in cases.Zip(lines))
        {
            var expected = JsonSerializer.SerializeToElement(any.Plan, s_json);
            foreach (var field in JsonDocument.Parse(line).RootElement.EnumerateObject())
            {
                Assert.True(
                    expected.GetProperty(field.Name).ToString() == field.Value.ToString(),
                    $"{field.Name} is {field.Value} and not {expected.GetProperty(field.Name)} for {any.Line}");
            }
        }
    }

    [PythonFact]
    public unsafe void Arguments_AreThoseOfTheKernels()
    {
        var source = File.ReadAllText(Path.Combine(HostDriver.Sources, "patch_batch_norm.cu"));
        var body = source[source.IndexOf("struct Arguments", StringComparison.Ordinal)..];
        var fields = Field().Matches(body[..body.IndexOf("};", StringComparison.Ordinal)])
            .Select(field => (Name: field.Groups["name"].Value, Kind: field.Groups["star"].Length > 0 ? "pointer" : field.Groups["type"].Value))
            .ToList();

        var python = JsonDocument.Parse(Run("kernels.py", "")).RootElement;
        Assert.Equal(fields, python.GetProperty("fields").EnumerateArray().Select(field => (field[0].GetString()!, field[1].GetString()!)));
        Assert.Equal(sizeof(CudaArguments), python.GetProperty("size").GetInt32());
        Assert.Equal(
            fields.Select(field => field.Name),
            typeof(CudaArguments).GetFields().Select(field => JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name)));
    }

    [PythonFact]
    public void Sources_Compile() => Assert.All(
        Directory.GetFiles(s_folder, "*.py"),
        file => HostDriver.Run(Python, ["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", file]));

    private static string Run(string program, string input)
    {
        var start = new ProcessStartInfo(Python, ["-B", Path.Combine(s_folder, program)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Result;
    }

    [GeneratedRegex(@"^ +(const )?(?<type>\w+( char)?)(?<star>\*?) (?<name>\w+);", RegexOptions.Multiline)]
    private static partial Regex Field();

    /// <summary>A test that runs Python.</summary>
    private sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute() => Skip = HostDriver.Find(Python) is null
            ? $"The benchmark for GPUs is a program for {Python}, which is not installed."
            : null!;
    }
}
