using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>
/// Rewrites a small model in memory. Half of the time that a rewrite of some hundred files takes goes into making the
/// compiler's code, and the engine's, ready to run: this does it while another process builds the real projects.
/// </summary>
internal static class Rehearsal
{
    private const string TorchSharp = """
        namespace TorchSharp
        {
            public static class torch
            {
                public abstract class Tensor { public Tensor mean(params long[] dimensions) => this; }

                public static class nn
                {
                    public abstract class Module { public abstract Tensor forward(Tensor input); }

                    public static Modules.BatchNorm2d BatchNorm2d(long features, double eps = 1e-5) => new Modules.BatchNorm2d();

                    public static Module Sequential(params (string name, Module)[] modules) => modules[0].Item2;
                }
            }
        }

        namespace TorchSharp.Modules
        {
            public abstract class BatchNorm : torch.nn.Module { public override torch.Tensor forward(torch.Tensor input) => input; }

            public sealed class BatchNorm2d : BatchNorm { }
        }

        namespace PbnRewriter.Runtime
        {
            public sealed class PatchBatchNorm2d : TorchSharp.Modules.BatchNorm { }

            public static class pbn
            {
                public static PatchBatchNorm2d PatchBatchNorm2d(long features, double eps = 1e-5, (int, int)? grid = null) => new PatchBatchNorm2d();
            }
        }
        """;

    private const string Model = """
        using System;
        using System.Collections.Generic;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace Models
        {
            public sealed class Block : Module
            {
                private readonly BatchNorm2d first;
                private readonly List<Module> layers = new List<Module>();
                private readonly Func<long, BatchNorm2d> make = width => BatchNorm2d(width);

                public Block(long width = 64)
                {
                    first = BatchNorm2d(width, eps: 1e-3);
                    var second = BatchNorm2d(width);
                    layers.Add(second);
                    layers.Add(make(width));
                    foreach (var layer in layers)
                    {
                        if (layer is BatchNorm2d norm && norm != null)
                        {
                            Name = $"{norm} of {layers.Count}";
                        }
                    }

                    Head = Sequential(("norm", BatchNorm2d(width)), ("other", Of(true)));
                }

                public string Name { get; private set; } = "";

                private Module Head { get; }

                public override Tensor forward(Tensor input) => Head.forward(first.forward(input).mean(2, 3));

                private static BatchNorm2d Of(bool isWide) => isWide ? BatchNorm2d(128) : BatchNorm2d(64);
            }
        }
        """;

    /// <summary>Starts it where there is a processor to spare.</summary>
    public static void Start()
    {
        if (Environment.ProcessorCount > 1)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>What the rewrite came to.</summary>
    public static async Task<RewriteResult> RunAsync()
    {
        using var workspace = new AdhocWorkspace();
        var framework = RuntimeEnvironment.GetRuntimeDirectory();
        var project = workspace.CurrentSolution
            .AddProject("Rehearsal", "Rehearsal", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .AddMetadataReference(MetadataReference.CreateFromFile(Path.Combine(framework, "System.Private.CoreLib.dll")))
            .AddMetadataReference(MetadataReference.CreateFromFile(Path.Combine(framework, "System.Runtime.dll")))
            .AddDocument("TorchSharp.cs", SourceText.From(TorchSharp), filePath: "/TorchSharp.cs").Project
            .AddDocument("Model.cs", SourceText.From(Model), filePath: "/Model.cs").Project;
        var sites = await SiteFinder.FindAsync(project, CancellationToken.None);
        return await RewriteEngine.RewriteAsync(project.Solution, sites, RewriteOptions.Default, CancellationToken.None);
    }
}
