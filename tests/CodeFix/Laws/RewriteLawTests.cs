using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using PbnRewriter.CodeFix.Tests.Laws.Programs;
using Xunit.Abstractions;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>
/// The laws over generated programs. Each has a number, and the same number gives the same program: 0 to 499 are tried, or
/// those of the environment variable PBN_PROGRAMS, a range as <c>500..20000</c>.
/// </summary>
public sealed class RewriteLawTests(ITestOutputHelper output)
{
    private static readonly string Range = Environment.GetEnvironmentVariable("PBN_PROGRAMS") ?? "0..500";

    [Fact]
    public async Task GeneratedProgram_KeepsTheLaws()
    {
        var bounds = Range.Split("..").Select(bound => uint.Parse(bound, CultureInfo.InvariantCulture)).ToArray();
        var reasons = new LeftReasons();
        var broken = new ConcurrentDictionary<uint, string>();
        await Parallel.ForAsync(bounds[0], bounds[1], async (number, _) =>
        {
            try
            {
                reasons.Add(await RewriteLaws.CheckAsync(Program(number)));
            }
            catch (LawBrokenException law) when (law.Law.StartsWith(RewriteLaws.Compiles, StringComparison.Ordinal))
            {
                // Shapes of which one cannot stand in the other, a pattern that always matches say, give no program at all.
                reasons.AddUncompiled();
            }
            catch (LawBrokenException law)
            {
                broken.TryAdd(number, law.Law);
            }
        });
        output.WriteLine(reasons.ToString());

        if (!broken.IsEmpty)
        {
            var first = broken.Keys.Min();
            var smallest = await new Shrinking(BrokenAsync).SmallestAsync(Program(first));
            Assert.Fail(
                string.Join('\n', broken.OrderBy(each => each.Key).Select(each => $"program {each.Key}: {each.Value}"))
                + $"\nThe smallest part of program {first} that breaks it (PBN_PROGRAMS={first}..{first + 1} runs it alone):\n{smallest?.Message}");
        }

        Assert.InRange(reasons.Uncompiled, 0, (int)(bounds[1] - bounds[0]) / 20);
    }

    private static TorchProgram Program(uint number) => ProgramGen.Program.Generate(new PCG(number, 2304), null, out _);

    private static async Task<LawBrokenException?> BrokenAsync(TorchProgram program)
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
