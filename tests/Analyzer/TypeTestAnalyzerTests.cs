using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;
using TypeTestTest = PbnRewriter.Analyzer.Tests.RuleTest<PbnRewriter.TypeTestAnalyzer, PbnRewriter.CodeFix.TypeTestFixer>;

namespace PbnRewriter.Analyzer.Tests;

public sealed class TypeTestAnalyzerTests
{
    private const string Layer = "class Layer { object norm = PbnRewriter.Runtime.pbn.PatchBatchNorm2d(8); }\n";

    private const string Usings = """
        using System.Collections.Generic;
        using System.Linq;
        using PbnRewriter.Runtime;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;

        """;

    [Theory]
    [InlineData("bool T(nn.Module m) => m is [|BatchNorm2d|];", "bool T(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d;")]
    [InlineData("bool T(nn.Module m) => m is not [|BatchNorm2d|];", "bool T(nn.Module m) => m is not (BatchNorm2d or PatchBatchNorm2d);")]
    [InlineData(
        "bool T(nn.Module m) => m is [|TorchSharp.Modules.BatchNorm2d|] bn && bn.affine;",
        "bool T(nn.Module m) => m is TorchSharp.Modules.BatchNorm bn and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) && bn.affine;")]
    [InlineData(
        "bool T(nn.Module m) => m is [|BatchNorm2d|] { affine: true };",
        "bool T(nn.Module m) => m is BatchNorm { affine: true } and (BatchNorm2d or PatchBatchNorm2d);")]
    [InlineData(
        "int T(nn.Module m) { switch (m) { case [|BatchNorm2d|]: return 1; default: return 0; } }",
        "int T(nn.Module m) { switch (m) { case BatchNorm2d or PatchBatchNorm2d: return 1; default: return 0; } }")]
    [InlineData(
        "int T(nn.Module m) { switch (m) { case [|BatchNorm2d|] bn when bn.affine: return 1; default: return 0; } }",
        "int T(nn.Module m) { switch (m) { case BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) when bn.affine: return 1; default: return 0; } }")]
    [InlineData(
        "int T(nn.Module m) => m switch { [|BatchNorm2d|] => 1, _ => 0 };",
        "int T(nn.Module m) => m switch { BatchNorm2d or PatchBatchNorm2d => 1, _ => 0 };")]
    [InlineData(
        "object? T(nn.Module m) => m as [|BatchNorm2d|];",
        "object? T(nn.Module m) => m is BatchNorm norm and (BatchNorm2d or PatchBatchNorm2d) ? norm : null;")]
    [InlineData("void T(nn.Module m) => (([|BatchNorm2d|])m).eval();", "void T(nn.Module m) => ((BatchNorm)m).eval();")]
    [InlineData("bool T(nn.Module m) => m.GetType() == typeof([|BatchNorm2d|]);", "bool T(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d;")]
    [InlineData("bool T(nn.Module? m) => m?.GetType() != typeof([|BatchNorm2d|]);", "bool T(nn.Module? m) => m is not (BatchNorm2d or PatchBatchNorm2d);")]
    [InlineData("bool T(nn.Module m) => m.GetType().Equals(typeof([|BatchNorm2d|]));", "bool T(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d;")]
    [InlineData(
        "int T(nn.Module m) => m.modules().OfType<[|BatchNorm2d|]>().Count();",
        "int T(nn.Module m) => m.modules().OfType<BatchNorm>().Where(norm => norm is BatchNorm2d or PatchBatchNorm2d).Count();")]
    [InlineData("int T(nn.Module m) => m.modules().Cast<[|BatchNorm2d|]>().Count();", "int T(nn.Module m) => m.modules().Cast<BatchNorm>().Count();")]
    [InlineData(
        "void T(nn.Module m) { foreach ([|BatchNorm2d|] bn in m.modules()) bn.eval(); }",
        "void T(nn.Module m) { foreach (BatchNorm bn in m.modules()) bn.eval(); }")]
    public async Task TestThatSeesBatchNorm2dOnly_SeesBoth(string test, string @fixed) => await new TypeTestTest
    {
        TestCode = Usings + Layer + $"class Model {{ {test} }}\n",
        FixedCode = Usings + Layer + $"class Model {{ {@fixed} }}\n",
    }.RunAsync();

    [Theory]
    [InlineData("bool T(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d;")]
    [InlineData("bool T(nn.Module m) => m is not BatchNorm2d and not PatchBatchNorm2d;")]
    [InlineData("bool T(nn.Module m) => m is BatchNorm2d || m is PatchBatchNorm2d;")]
    [InlineData("int T(nn.Module m) { if (m is BatchNorm2d bn) return bn.affine ? 1 : 2; else if (m is PatchBatchNorm2d) return 3; return 0; }")]
    [InlineData("int T(nn.Module m) => m switch { BatchNorm2d => 1, PatchBatchNorm2d => 2, _ => 0 };")]
    [InlineData("bool T(nn.Module m) => m.GetType() == typeof(BatchNorm2d) || m.GetType() == typeof(PatchBatchNorm2d);")]
    [InlineData("bool T(BatchNorm2d? m) => m is BatchNorm2d bn && bn.affine;")]
    [InlineData("bool T(BatchNorm2d m) => (BatchNorm2d)m is { affine: true };")]
    [InlineData("int T(List<BatchNorm2d> all) { foreach (BatchNorm2d bn in all) bn.eval(); return all.OfType<BatchNorm2d>().Count(); }")]
    [InlineData("bool T(nn.Module m) => m is BatchNorm1d or BatchNorm;")]
    [InlineData("object T() => (BatchNorm2d?)null ?? new object();")]
    public async Task TestThatSeesEitherOrNeither_IsNotReported(string test) => await new TypeTestTest
    {
        TestCode = Usings + Layer + $"class Model {{ {test} }}\n",
    }.RunAsync();

    [Fact]
    public async Task Message_NamesTheMember() => await new TypeTestTest
    {
        TestCode = Usings + Layer + "class Model { bool Is(nn.Module m) => m is {|#0:BatchNorm2d|}; }\n",
        FixedCode = Usings + Layer + "class Model { bool Is(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d; }\n",
    }.Expecting(0, "Model.Is").RunAsync();

    [Theory]
    [InlineData("using Norm = TorchSharp.Modules.BatchNorm2d;\n", "")]
    [InlineData("", "global using Norm = TorchSharp.Modules.BatchNorm2d;\n")]
    public async Task AliasOfTheType_IsSeen(string own, string other)
    {
        const string Model = "class Model { bool Is(object m) => m is {|PBN0002:Norm|} norm && norm.affine; }\n";
        await new RuleTest<TypeTestAnalyzer, EmptyCodeFixProvider>
        {
            TestState = { Sources = { ("/Model.cs", own + Model), ("/Layer.cs", other + Layer) } },
        }.RunAsync();
    }

    [Fact]
    public async Task ConvertedModel_CountsAsConstruction() => await new TypeTestTest
    {
        TestCode = Usings + "class Model { object Convert(nn.Module m) => m is [|BatchNorm2d|] ? m : pbn.convert_patch_batchnorm(m); }\n",
        FixedCode = Usings + "class Model { object Convert(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d ? m : pbn.convert_patch_batchnorm(m); }\n",
    }.RunAsync();

    [Fact]
    public async Task WhereNothingIsConstructed_NothingIsReported() => await new TypeTestTest
    {
        TestCode = Usings + "class Model { bool Is(nn.Module m) => m is BatchNorm2d; PatchBatchNorm2d? none; }\n",
    }.RunAsync();

    [Fact]
    public async Task WithoutTheRuntime_NothingIsReported() => await new TypeTestTest(hasRuntime: false)
    {
        TestCode = """
            using TorchSharp.Modules;
            class Model { bool Is(object m) => m is BatchNorm2d; object PatchBatchNorm2d() => PatchBatchNorm2d(); }
            """,
    }.RunAsync();

    [Fact]
    public async Task WithoutTorchSharp_NothingIsReported() => await new TypeTestTest(hasTorchSharp: false, hasRuntime: false)
    {
        TestCode = "class BatchNorm2d { bool Is(object m) => m is BatchNorm2d; object PatchBatchNorm2d() => PatchBatchNorm2d(); }\n",
    }.RunAsync();

    [Fact]
    public async Task GeneratedCode_IsNotReported() => await new TypeTestTest
    {
        TestCode = "// <auto-generated/>\n#nullable enable\n" + Usings + Layer + "class Model { bool Is(nn.Module m) => m is BatchNorm2d; }\n",
    }.RunAsync();

    [Fact]
    public async Task TestWhoseValueMustStay_IsOfferedNoFix()
    {
        const string Model = Usings + Layer + "class Model { object Of(nn.Module m) => m is {|PBN0002:BatchNorm2d|} bn ? Taken.Of(bn) : m; }\n";
        const string Taken = "static class Taken { public static object Of(TorchSharp.Modules.BatchNorm2d norm) => norm; }\n";
        await new TypeTestTest
        {
            TestState = { Sources = { ("/Model.cs", Model), ("/Taken.g.cs", Taken) } },
            FixedState = { Sources = { ("/Model.cs", Model), ("/Taken.g.cs", Taken) } },
        }.RunAsync();
    }

    [Fact]
    public async Task CSharp8_WhichHasNoOr_IsOfferedNoFix()
    {
        const string Source = Layer + "class Model { bool Is(object m) => m is {|PBN0002:TorchSharp.Modules.BatchNorm2d|}; }\n";
        var test = new TypeTestTest { TestCode = Source, FixedCode = Source };
        test.SolutionTransforms.Add((solution, id) => solution.WithProjectParseOptions(
            id, ((CSharpParseOptions)solution.GetProject(id)!.ParseOptions!).WithLanguageVersion(LanguageVersion.CSharp8)));
        await test.RunAsync();
    }

    [Fact]
    public async Task OneFix_TakesAlongTheTestsWhoseValuesMeet_AndLeavesOthersAndConstructions()
    {
        var test = new TypeTestTest
        {
            TestState =
            {
                Sources =
                {
                    ("/Init.cs", Usings + Layer + "static class Init { public static void Of(BatchNorm2d bn) => bn.eval(); }\n"),
                    ("/First.cs", Usings + "class First { void Visit(nn.Module m) { if (m is {|PBN0002:BatchNorm2d|} bn) Init.Of(bn); Init.Of(nn.BatchNorm2d(4)); } }\n"),
                    ("/Second.cs", Usings + "class Second { void Visit(nn.Module m) => Init.Of(({|PBN0002:BatchNorm2d|})m); }\n"),
                },
            },
            FixedState =
            {
                Sources =
                {
                    ("/Init.cs", Usings + Layer + "static class Init { public static void Of(BatchNorm bn) => bn.eval(); }\n"),
                    ("/First.cs", Usings + "class First { void Visit(nn.Module m) { if (m is BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d)) Init.Of(bn); Init.Of(nn.BatchNorm2d(4)); } }\n"),
                    ("/Second.cs", Usings + "class Second { void Visit(nn.Module m) => Init.Of((BatchNorm)m); }\n"),
                },
            },
            NumberOfIncrementalIterations = 1,
            NumberOfFixAllInDocumentIterations = 1,
            NumberOfFixAllInProjectIterations = 1,
            NumberOfFixAllIterations = 1,
        };
        await test.RunAsync();
    }

    [Fact]
    public async Task SuppressedTest_IsNotTakenAlong()
    {
        const string Suppressed = """
            #pragma warning disable PBN0002
                void Plain(nn.Module m) { if (m is BatchNorm2d bn) Init.Of(bn); Init.Of((BatchNorm2d)m); Init.Of((m as BatchNorm2d)!); }
            #pragma warning restore PBN0002
            }
            """;
        await new TypeTestTest
        {
            TestCode = Usings + Layer + """
                static class Init { public static void Of(BatchNorm2d bn) => bn.eval(); }
                class Model
                {
                    void Visit(nn.Module m) { if (m is [|BatchNorm2d|] bn) Init.Of(bn); }

                """ + Suppressed,
            FixedCode = Usings + Layer + """
                static class Init { public static void Of(BatchNorm bn) => bn.eval(); }
                class Model
                {
                    void Visit(nn.Module m) { if (m is BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d)) Init.Of(bn); }

                """ + Suppressed,
        }.RunAsync();
    }

    [Fact]
    public async Task OneFix_LeavesOtherTests() => await new TypeTestTest
    {
        TestCode = Usings + Layer + "class Model { bool Is(nn.Module m) => m is [|BatchNorm2d|]; bool Has(nn.Module m) => m is [|BatchNorm2d|] bn && bn.affine; }\n",
        FixedCode = Usings + Layer + "class Model { bool Is(nn.Module m) => m is BatchNorm2d or PatchBatchNorm2d; bool Has(nn.Module m) => m is BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) && bn.affine; }\n",
        NumberOfIncrementalIterations = 2,
    }.RunAsync();

    [Fact]
    public async Task FixAll_CoversDocumentProjectAndSolution()
    {
        const string Is = "class {1} { bool Is(TorchSharp.torch.nn.Module m) => m is {0}; }\n";
        const string Blind = "{|PBN0002:TorchSharp.Modules.BatchNorm2d|}";
        const string Both = "TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d";
        const string Import = "using PbnRewriter.Runtime;\n\n";
        string Of(string type, string name) => Is.Replace("{0}", type, StringComparison.Ordinal).Replace("{1}", name, StringComparison.Ordinal);
        var test = new TypeTestTest
        {
            TestState = { Sources = { ("/First.cs", Of(Blind, "First")), ("/Second.cs", Of(Blind, "Second")), ("/Layer.cs", Layer) } },
            FixedState = { Sources = { ("/First.cs", Import + Of(Both, "First")), ("/Second.cs", Import + Of(Both, "Second")), ("/Layer.cs", Layer) } },
        };
        test.AddProject("Blocks", ("Block.cs", Layer + Of(Blind, "Block")), Import + Layer + Of(Both, "Block"));

        // One run for each document, each project, or the solution.
        test.NumberOfFixAllInDocumentIterations = 3;
        test.NumberOfFixAllInProjectIterations = 2;
        test.NumberOfFixAllIterations = 1;
        await test.RunAsync();
    }
}
