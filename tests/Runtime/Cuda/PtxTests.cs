using System.Text;
using PbnRewriter.Runtime.Cuda;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>The PTX in the repository and in the assembly is what the sources compile to.</summary>
public sealed class PtxTests
{
    private const string Compiler = "clang++-14";
    private static readonly string[] s_elements = ["Float32", "Float16", "BFloat16"];

    [CompilerFact]
    public void Ptx_IsWhatTheSourcesCompileTo()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            HostDriver.Run("sh", [Path.Combine(HostDriver.Sources, "build-ptx.sh"), folder.FullName]);
            foreach (var element in s_elements)
            {
                var name = $"patch_batch_norm.{element}.ptx";
                var built = File.ReadAllText(Path.Combine(folder.FullName, name));
                Assert.True(
                    built == File.ReadAllText(Path.Combine(HostDriver.Sources, name)),
                    $"{name} is not what src/Runtime/Cuda/build-ptx.sh makes of the sources; run it.");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Assembly_HoldsThePtxOfTheRepository() => Assert.All(s_elements, element => Assert.Equal(
        File.ReadAllBytes(Path.Combine(HostDriver.Sources, $"patch_batch_norm.{element}.ptx")), CudaDevice.Ptx(element)));

    // What would need another compute capability or a newer driver than the page says, or memory that no plan counts.
    [Fact]
    public void Ptx_IsForTheGpusAndDriversThatThePageNames() => Assert.All(s_elements, element =>
    {
        var ptx = Encoding.UTF8.GetString(CudaDevice.Ptx(element));
        Assert.Contains(".version 6.4\n.target sm_70\n", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain("call", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain("atom", ptx, StringComparison.Ordinal);
    });

    /// <summary>A test that compiles PTX.</summary>
    private sealed class CompilerFactAttribute : FactAttribute
    {
        public CompilerFactAttribute() => Skip = HostDriver.Find(Compiler) is null
            ? $"The PTX is compiled by {Compiler}, which is not installed."
            : null!;
    }
}
