using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Diagnostics.Telemetry;

namespace PbnRewriter.Analyzer.Tests;

/// <summary>A rule costs nothing in a compilation that cannot break it.</summary>
public sealed class RegistrationTests
{
    private const string Layer = "class Model { object norm = PbnRewriter.Runtime.pbn.PatchBatchNorm2d(8); }";

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true, "PBN0001", "PBN0004")]
    [InlineData(true, true, false, "PBN0001", "PBN0003", "PBN0004")]
    [InlineData(true, true, true, "PBN0001", "PBN0002", "PBN0003", "PBN0004")]
    public async Task Rule_IsRegisteredWhereItCanBeBroken(bool hasTorchSharp, bool hasRuntime, bool constructsLayer, params string[] registered)
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new BatchNormAnalyzer(), new TypeTestAnalyzer(), new ArgumentAnalyzer(), new OptionAnalyzer()];
        var analysis = CSharpCompilation
            .Create("Model", [CSharpSyntaxTree.ParseText(constructsLayer ? Layer : "class Model;")], References.With(hasTorchSharp, hasRuntime))
            .WithAnalyzers(analyzers);

        var counted = new List<string>();
        foreach (var analyzer in analyzers)
        {
            var actions = await analysis.GetAnalyzerTelemetryInfoAsync(analyzer, CancellationToken.None);
            Assert.Equal(1, actions.CompilationStartActionsCount);
            if (AfterStart(actions) > 0)
            {
                counted.Add(analyzer.SupportedDiagnostics.Single().Id);
            }
        }

        Assert.Equal(registered, counted);
    }

    /// <summary>How many actions of any kind a compilation start has registered.</summary>
    private static int AfterStart(AnalyzerTelemetryInfo actions) => typeof(AnalyzerTelemetryInfo).GetProperties()
        .Where(property => property.Name.EndsWith("ActionsCount", StringComparison.Ordinal)
            && property.Name != nameof(AnalyzerTelemetryInfo.CompilationStartActionsCount))
        .Sum(property => (int)property.GetValue(actions)!);
}
