namespace PbnRewriter.CodeFix.Tests;

/// <summary>Where the using directive of the runtime goes.</summary>
[UsesVerify]
public sealed class ImportTests
{
    [Fact]
    public async Task TwoNamespacesAtOnePlace_AddsBoth() => await VerifyRewritten("""
        using System.Linq;

        class Model
        {
            TorchSharp.torch.nn.Module Make(TorchSharp.torch.nn.Module m)
            {
                var norm = TorchSharp.torch.nn.BatchNorm2d(8);
                Take(ref norm, m.modules().Cast<TorchSharp.Modules.BatchNorm2d>().First());
                return norm;
            }

            void Take(ref TorchSharp.Modules.BatchNorm2d place, TorchSharp.Modules.BatchNorm2d norm) => place = norm;
        }
        """);

    [Fact]
    public async Task TwoNamespacesWithoutUsings_AddsBothAboveOneEmptyLine() => await VerifyRewritten("""
        class Model
        {
            TorchSharp.torch.nn.Module Make(object o)
            {
                var norm = TorchSharp.torch.nn.BatchNorm2d(8);
                Take(ref norm, (TorchSharp.Modules.BatchNorm2d)o);
                return norm;
            }

            void Take(ref TorchSharp.Modules.BatchNorm2d place, TorchSharp.Modules.BatchNorm2d norm) => place = norm;
        }
        """);

    [Fact]
    public async Task SortedUsings_KeepsTheirOrder() => await VerifyRewritten("""
        using System;
        using Azure = System.Text;
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task NoUsings_GoesBelowTheHeader() => await VerifyRewritten("""
        // Copyright of somebody.
        // All rights reserved.

        #nullable disable

        /// <summary>A model.</summary>
        class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task NoUsingsAndNoHeader_KeepsTheCommentOfTheClass() => await VerifyRewritten("""
        // The model.
        class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task LicenseRightAboveTheCode_StaysOnTop() => await VerifyRewritten("""
        // Copyright of somebody.
        // Licensed under MIT.
        namespace Vision
        {
            class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        }
        """);

    [Fact]
    public async Task UsingsInsideNamespace_GoesThere() => await VerifyRewritten("""
        namespace Vision
        {
            using System;
            using TorchSharp;

            class Model { object norm = torch.nn.BatchNorm2d(64); }
        }
        """);

    [Fact]
    public async Task StaticUsingsOnly_GoesAbove() => await VerifyRewritten("""
        // Header.

        using static TorchSharp.torch.nn;

        class Model { object norm = BatchNorm2d(64); }
        """);

    [Fact]
    public async Task GlobalUsings_GoesBelow() => await VerifyRewritten("""
        global using TorchSharp;
        global using static TorchSharp.torch.nn;

        class Model { object norm = BatchNorm2d(64); }
        """);

    [Fact]
    public async Task ConditionalUsings_StaysOutside() => await VerifyRewritten("""
        #if DEBUG
        using System;
        #endif
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task FileInsideConditional_StaysInside() => await VerifyRewritten("""
        #if !NET35
        using System;
        #if DEBUG
        using System.Text;
        #endif
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        #endif
        """);

    [Fact]
    public async Task GlobalUsingOfTheRuntime_AddsNone() => await VerifyRewritten("""
        global using PbnRewriter.Runtime;
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task FileScopedNamespace_KeepsUsingsAbove() => await VerifyRewritten("""
        using TorchSharp;

        namespace Vision;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task SuperfluousThroughTheRewrite_GoesWhereThatIsAWarning()
    {
        const string Source = """
            using System.Text;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            class Model
            {
                private readonly BatchNorm2d norm = BatchNorm2d(8);
            }
            """;
        var warned = await Rewriting.OfAsync(TestSolution.Of(Source).WithEditorConfig("dotnet_diagnostic.IDE0005.severity = warning"));
        var silent = await Rewriting.OfAsync(TestSolution.Of(Source));

        // System.Text was superfluous before, and is not ours.
        await Verify(await warned.TextAsync(), extension: "cs", Snapshot.Path());
        Assert.Contains("using TorchSharp.Modules;", await silent.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("using static TorchSharp.torch.nn;", await silent.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using TorchSharp.Modules;\r\n", "class Model { @ }\r\n", "using PbnRewriter.Runtime;\r\n")]
    [InlineData("namespace N\n{\n    using TorchSharp.Modules;\n    using Zoo;\n", "    class Model { @ Cage cage; }\n}\nnamespace Zoo { struct Cage; }\n", "namespace N\n{\n    using PbnRewriter.Runtime;\n    using Zoo;\n")]
    [InlineData("namespace N\n{\n    using A;\n    using TorchSharp.Modules;\n", "    class Model { @ Cage cage; }\n}\nnamespace A { struct Cage; }\n", "namespace N\n{\n    using A;\n    using PbnRewriter.Runtime;\n")]
    [InlineData("using TorchSharp.Modules; ", "class Model { @ }", "using PbnRewriter.Runtime;\n")]
    [InlineData("using TorchSharp.Modules; // for BatchNorm2d\n", "class Model { @ }", "using PbnRewriter.Runtime;\n// for BatchNorm2d\n")]
    [InlineData("namespace N\n{\n    using TorchSharp.Modules;\n    using static TorchSharp.torch.nn;\n\n", "    class Model { BatchNorm2d norm = BatchNorm2d(8); }\n}\n", "namespace N\n{\n    using PbnRewriter.Runtime;\n\n")]
    [InlineData("using TorchSharp.Modules;\nnamespace Q {\n    using TorchSharp.Modules;\n", "    class Model { @ } }\nnamespace R { class B { Linear? linear; } }\n", "using PbnRewriter.Runtime;\nusing TorchSharp.Modules;\nnamespace Q {\n")]
    public async Task SuperfluousThroughTheRewrite_GoesWithItsLineOrStays(string usings, string code, string expected)
    {
        var source = usings + code.Replace("@", "BatchNorm2d norm = TorchSharp.torch.nn.BatchNorm2d(8);", StringComparison.Ordinal);
        var result = await Rewriting.OfAsync(TestSolution.Of(source).WithEditorConfig("dotnet_diagnostic.CS8019.severity = warning"));

        var rewritten = code
            .Replace("@", "PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));", StringComparison.Ordinal)
            .Replace("BatchNorm2d norm = BatchNorm2d(8);", "PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));", StringComparison.Ordinal);
        Assert.Equal(expected + rewritten, await result.TextAsync());
    }

    [Fact]
    public async Task SeveralNamespacesWithUsings_GoesWhereItHoldsForAll() => await VerifyRewritten("""
        namespace First
        {
            using TorchSharp;

            class Model { object norm = torch.nn.BatchNorm2d(8); }
        }

        namespace Second
        {
            using TorchSharp;

            class Model { object norm = torch.nn.BatchNorm2d(8); }
        }
        """);

    private static async Task VerifyRewritten(string source) =>
        await Verify(await Rewriting.OfAsync(source), extension: "cs", Snapshot.Path());
}
