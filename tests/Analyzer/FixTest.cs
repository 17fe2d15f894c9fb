using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Analyzer.Tests;

/// <summary>The analyzer and its fix on a source with <c>[|marked|]</c> or <c>{|PBN0001:marked|}</c> spans.</summary>
internal sealed class FixTest : CSharpCodeFixTest<BatchNormAnalyzer, BatchNormFixer, DefaultVerifier>
{
    // What runs this test is what its sources are compiled against: no package is restored in a test.
    private static readonly MetadataReference[] Framework = References(path =>
        Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));

    public FixTest(bool hasTorchSharp = true, bool hasRuntime = true)
    {
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(Framework);
        if (hasTorchSharp)
        {
            TestState.AdditionalReferences.AddRange(References(path => Path.GetFileName(path) == "TorchSharp.dll"));
        }

        if (hasRuntime)
        {
            TestState.AdditionalReferences.AddRange(References(path => Path.GetFileName(path) == "PbnRewriter.Runtime.dll"));
        }
    }

    /// <summary>Adds a project that the project under test references.</summary>
    public void AddProject(string name, (string File, string Source) before, string after)
    {
        TestState.AdditionalProjects[name].Sources.Add(before);
        TestState.AdditionalProjects[name].AdditionalReferences.AddRange(TestState.AdditionalReferences);
        TestState.AdditionalProjectReferences.Add(name);
        FixedState.AdditionalProjects[name].Sources.Add((before.File, after));
        FixedState.AdditionalProjects[name].AdditionalReferences.AddRange(TestState.AdditionalReferences);
        FixedState.AdditionalProjectReferences.Add(name);
    }

    private static MetadataReference[] References(Func<string, bool> isWanted) =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(isWanted)
            .Select(path => MetadataReference.CreateFromFile(path))];
}
