using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using PbnRewriter.CodeFix.Tests.Laws.Programs;
using Xunit.Abstractions;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>
/// A search for what the engine does not follow, to be run by hand: over as many programs as the environment variable
/// PBN_SURVEY says, the smallest one found for each broken law and each compile error that the gate took a site back for.
/// </summary>
public sealed class ReasonSurveyTests(ITestOutputHelper output)
{
    private static readonly int Programs =
        int.Parse(Environment.GetEnvironmentVariable("PBN_SURVEY") ?? "0", CultureInfo.InvariantCulture);

    [Fact]
    public async Task GeneratedProgram_IsFollowedWithoutTheGate()
    {
        if (Programs == 0)
        {
            return;
        }

        RewriteLaws.GateIsLaw = true;
        var found = new ConcurrentDictionary<string, ConcurrentBag<TorchProgram>>();
        await ProgramGen.Program.SampleAsync(
            async program =>
            {
                if (await RewriteLawTests.BrokenAsync(program) is { } broken)
                {
                    found.GetOrAdd(broken.Law, _ => []).Add(program);
                }
            },
            output.WriteLine,
            iter: Programs);
        foreach (var (law, programs) in found)
        {
            output.WriteLine($"==== {programs.Count} times: {law}");
        }

        var smallest = new ConcurrentBag<string>();
        var samples = found.SelectMany(each => each.Value.OrderBy(program => program.Nodes.Sum(node => node.Numbers.Count)).Take(3));
        await Parallel.ForEachAsync(samples, async (program, _) =>
        {
            smallest.Add("==== " + (await new Shrinking(RewriteLawTests.BrokenAsync).SmallestAsync(program))?.Message);
        });
        foreach (var message in smallest.Order(StringComparer.Ordinal))
        {
            output.WriteLine(message);
        }
    }
}
