using System.Globalization;
using CsCheck;
using PbnRewriter.CodeFix.Tests.Laws.Programs;
using Xunit.Abstractions;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>
/// The laws over generated programs: 500 of them, or as many as the environment variable PBN_PROGRAMS says. A failure prints
/// a small program and a seed, which CsCheck_Seed in the environment runs first again.
/// </summary>
public sealed class RewriteLawTests(ITestOutputHelper output)
{
    private static readonly int Programs =
        int.Parse(Environment.GetEnvironmentVariable("PBN_PROGRAMS") ?? "500", CultureInfo.InvariantCulture);

    [Fact]
    public async Task GeneratedProgram_KeepsTheLaws()
    {
        var reasons = new LeftReasons();
        await ProgramGen.Program.SampleAsync(
            async program => await CountAsync(program, reasons),
            output.WriteLine,
            iter: Programs,
            print: Smallest);
        output.WriteLine(reasons.ToString());
        Assert.InRange(reasons.Uncompiled, 0, Programs / 20);
    }

    /// <summary>Shapes of which one cannot stand in the other, a pattern that always matches say, give no program at all.</summary>
    private static async Task CountAsync(TorchProgram program, LeftReasons reasons)
    {
        try
        {
            reasons.Add(await RewriteLaws.CheckAsync(program));
        }
        catch (LawBrokenException broken) when (broken.Law.StartsWith(RewriteLaws.Compiles, StringComparison.Ordinal))
        {
            reasons.AddUncompiled();
        }
    }

    private static string Smallest(TorchProgram program) =>
        new Shrinking(BrokenAsync).SmallestAsync(program).GetAwaiter().GetResult()?.Message ?? "The program kept the laws when it was run again.";

    internal static async Task<LawBrokenException?> BrokenAsync(TorchProgram program)
    {
        try
        {
            await RewriteLaws.CheckAsync(program);
            return null;
        }
        catch (LawBrokenException broken)
        {
            return broken;
        }
    }
}
