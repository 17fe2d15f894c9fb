using System.Text;

namespace PbnRewriter.Cli.Tests;

/// <summary>Solutions that cannot be rewritten: never a silent success, and every byte as before.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task RewriteThatWouldNotCompile_IsNotWritten()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");

        // The new using directive makes a name ambiguous far from any site, where the error leads to no site.
        folder.Write("Models/Clash.cs", """
            using Clashing;
            using static TorchSharp.torch.nn;

            class Site { object norm = BatchNorm2d(8); }
            class Elsewhere { PatchGrid? grid = null; }

            namespace Clashing { public class PatchGrid; }
            """);
        await CommandRun.RefusesAsync(folder, 4, "Models/Clash.cs(6,19): error CS0104", ".", "--no-restore");
    }

    [Fact]
    public async Task UnrestoredWithNoRestore_SaysSo()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        await CommandRun.RefusesAsync(folder, 3, "run without --no-restore", ".", "--no-restore");
    }

    [Fact]
    public async Task PackageThatDoesNotExist_NamesProjectAndPackage()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        folder.Write("feed/readme.txt", "No package is here.");
        folder.Write("nuget.config", "<configuration><packageSources><clear /><add key=\"local\" value=\"feed\" /></packageSources></configuration>");
        folder.Edit("Models/Models.csproj", "Include=\"TorchSharp\" Version=\"0.107.0\"", "Include=\"TorchSharp-nowhere\" Version=\"0.107.0\"");
        await CommandRun.RefusesAsync(folder, 3, "NU1101: Unable to find package TorchSharp-nowhere", ".");
    }

    [Fact]
    public async Task MalformedProject_IsNamedWithItsFault()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>");
        await CommandRun.RefusesAsync(folder, 3, "App.csproj did not load: ", ".", "--no-restore");
    }

    [Fact]
    public async Task UnknownSdk_IsNamed()
    {
        using var folder = TemporaryFolder.OfFixture("NoTorch");
        folder.Edit("NoTorch.csproj", "Microsoft.NET.Sdk", "No.Such.Sdk");
        await CommandRun.RefusesAsync(folder, 3, "No.Such.Sdk", "NoTorch.csproj", "--no-restore");
    }

    [Fact]
    public async Task GarbageProject_DidNotLoad()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.csproj", "garbage");
        await CommandRun.RefusesAsync(folder, 3, "did not load", "a.csproj");
    }

    [Fact]
    public async Task ProjectMissingFromTheDisk_IsNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        File.Delete(folder["App/App.csproj"]);
        await CommandRun.RefusesAsync(folder, 3, "App.csproj did not load: the file does not exist", "Plain.sln", "--no-restore");
    }

    [Fact]
    public async Task GlobalJsonWithAnAbsentSdk_IsNamed()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        folder.Write("global.json", """{ "sdk": { "version": "5.0.100", "rollForward": "disable" } }""");
        await CommandRun.RefusesAsync(folder, 3, "5.0.100", ".");
    }

    [Fact]
    public async Task NoTorchSharp_SaysThatThereIsNothingToRewrite()
    {
        using var folder = TemporaryFolder.OfFixture("NoTorch");
        await CommandRun.RefusesAsync(folder, 3, "nothing to rewrite here", "NoTorch.csproj");
    }

    [Fact]
    public async Task UsingWithoutAReference_IsAProjectThatDoesNotBind()
    {
        using var folder = TemporaryFolder.OfFixture("NoTorch");
        folder.Write("Model.cs", "using static TorchSharp.torch.nn;\n\npublic class Model;\n");
        await CommandRun.RefusesAsync(folder, 3, "NoTorch.csproj uses TorchSharp, but TorchSharp does not bind in it", "NoTorch.csproj");
    }

    [Fact]
    public async Task Latin1WithoutAByteOrderMark_IsNamed()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        await File.WriteAllBytesAsync(
            folder["Models/Block.cs"], [.. Encoding.Latin1.GetBytes("// café\n"), .. await File.ReadAllBytesAsync(folder["Models/Block.cs"])]);
        await CommandRun.RefusesAsync(folder, 3, "Block.cs is not valid UTF-8 text", ".", "--no-restore");
    }

    [Fact]
    public async Task ReadOnlyFile_NothingIsWritten()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        File.SetAttributes(folder["Models/Models.csproj"], FileAttributes.ReadOnly);
        await CommandRun.RefusesAsync(folder, 2, "Models.csproj cannot be written: the file is read-only", ".", "--no-restore");
    }
}
