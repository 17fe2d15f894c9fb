using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>
/// Documents that never name BatchNorm2d and yet bring two of its values together, of which one is rewritten and the other may
/// be any: both become BatchNorm, or the rewrite would not compile.
/// </summary>
public sealed class SilentDocumentTests
{
    private const string Model = TestSolution.Usings + """
        public static class Made
        {
            public static BatchNorm2d New() => BatchNorm2d(8);
            public static BatchNorm2d Old(nn.Module module) => (BatchNorm2d)module;
            public static BatchNorm2d Field = BatchNorm2d(4);
            public static void Use(Maker maker) => maker();
        }

        public delegate BatchNorm2d Maker();

        public class News : List<BatchNorm2d> { public News() => Add(BatchNorm2d(1)); }
        public class Olds : List<BatchNorm2d> { public Olds(nn.Module module) => Add((BatchNorm2d)module); }
        public class MoreNews : News;

        public class HasNew { public virtual BatchNorm2d Norm => BatchNorm2d(2); }
        public interface IHasNorm { BatchNorm2d Norm { get; } }
        public class HasOld(nn.Module module) : IHasNorm { public BatchNorm2d Norm => (BatchNorm2d)module; }

        public class Pair(nn.Module module)
        {
            public void Deconstruct(out BatchNorm2d made, out BatchNorm2d given) => (made, given) = (BatchNorm2d(8), (BatchNorm2d)module);
        }

        public class Indexed(nn.Module module)
        {
            public BatchNorm2d this[int index] => index > 0 ? (BatchNorm2d)module : throw new Exception();
            public BatchNorm2d this[string index] => BatchNorm2d(index.Length);
        }

        public class Wrapped { public static implicit operator BatchNorm2d(Wrapped wrapped) => BatchNorm2d(8); }

        public record Layer(BatchNorm2d Norm, BatchNorm2d Other) { public static Layer Of(nn.Module module) => new(BatchNorm2d(8), (BatchNorm2d)module); }

        public class Kept(nn.Module module)
        {
            public News News => new();
            public Olds Olds => new(module);
            public MoreNews More { get; } = new();
            public Pair Pair => new(module);
            public Indexed Indexed => new(module);
            public Wrapped Wrapped => new();
            public nn.Module Module => module;
        }

        """;

    [Theory]
    [InlineData("class Silent { static object Of(Kept k, bool b) { var x = b ? Made.New() : Made.Old(k.Module); return x; } }")]
    [InlineData("class Silent { static void Of(Kept k) { var x = Made.Old(k.Module); Made.Use(() => x); Made.Use(Made.New); } }")]
    [InlineData("class Silent { static void Of(Kept k) { foreach (var n in k.News) { var x = n; x = k.Olds[0]; } } }")]
    [InlineData("class Silent { static void Of(Kept k) { foreach (var n in k.More) { foreach (var o in k.Olds) { var x = o; x = n; } } } }")]
    [InlineData("class Silent : HasNew, IHasNorm { }")]
    [InlineData("class Silent { static void Of(Kept k) { var (x, y) = k.Pair; x = y; } }")]
    [InlineData("class Silent { static void Of(Kept k) { var x = k.Indexed[1]; x = k.Indexed[\"new\"]; } }")]
    [InlineData("class Silent { static Norms Of(Kept k) { Norms x = new(); x.AddRange(k.News); x.AddRange(k.Olds); return x; } }", "global using Norms = System.Collections.Generic.List<TorchSharp.Modules.BatchNorm2d>;\n")]
    [InlineData("class Silent { static object Of(Kept k) { var x = Layer.Of(k.Module); var (y, z) = x; y = z; return y; } }")]
    [InlineData("class Silent { static void Of(Kept k) => Made.Field = Made.Old(k.Module); }")]
    public async Task BringsTwoTogether_AsOneThatNamesTheType(string silent, string globalUsings = "")
    {
        var result = await RewriteAsync(silent, globalUsings);
        var told = await RewriteAsync(silent + "\n#if NEVER\nBatchNorm2d(1)\n#endif\n", globalUsings);

        Assert.DoesNotContain("BatchNorm2d", silent, StringComparison.Ordinal);
        Assert.Equal(Outcome(told), Outcome(result));
        Assert.All(result.Report.Sites, site => Assert.True(site.IsRewritten, $"{site.Member}: {site.LeftBecause}"));
    }

    private static async Task<RewriteResult> RewriteAsync(string silent, string globalUsings) => await Rewriting.OfAsync(TestSolution.Of(
        hasRuntime: true,
        ("GlobalUsings.cs", SourceText.From(globalUsings, System.Text.Encoding.UTF8)),
        ("Model.cs", SourceText.From(Model, System.Text.Encoding.UTF8)),
        ("Silent.cs", SourceText.From(silent, System.Text.Encoding.UTF8))));

    private static IEnumerable<string> Outcome(RewriteResult result) =>
        result.Report.Edits.Select(edit => $"{edit.FilePath} {edit.Span} {edit.NewText}").Concat(result.Report.Sites.Select(site => site.ToString()));
}
