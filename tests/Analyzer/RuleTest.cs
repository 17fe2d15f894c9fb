using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace PbnRewriter.Analyzer.Tests;

/// <summary>
/// A rule and its fix on a source with <c>[|marked|]</c>, <c>{|PBN0001:marked|}</c> or <c>{|#0:marked|}</c> spans, in a project
/// that references TorchSharp and the runtime.
/// </summary>
internal class RuleTest<TAnalyzer, TFixer> : CSharpCodeFixTest<TAnalyzer, TFixer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFixer : CodeFixProvider, new()
{
    public RuleTest(bool hasTorchSharp = true, bool hasRuntime = true)
    {
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(References.With(hasTorchSharp, hasRuntime));
    }

    /// <summary>The .editorconfig of the project.</summary>
    public string EditorConfig
    {
        init => TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n\n" + value));
    }

    /// <summary>The titles of the fixes that were offered last, a list as <c>title > items</c>.</summary>
    public IReadOnlyList<string> Offered { get; private set; } = [];

    /// <summary>The rule's message at a marked span, with what it says there.</summary>
    public RuleTest<TAnalyzer, TFixer> Expecting(int mark, params string[] arguments)
    {
        var descriptor = new TAnalyzer().SupportedDiagnostics.Single();
        TestState.ExpectedDiagnostics.Add(new DiagnosticResult(descriptor).WithLocation(mark).WithArguments(arguments));
        return this;
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

    /// <inheritdoc/>
    protected override ImmutableArray<CodeAction> FilterCodeActions(ImmutableArray<CodeAction> actions)
    {
        Offered = [.. actions.Select(action => action.NestedActions.IsEmpty
            ? action.Title
            : $"{action.Title} > {string.Join(", ", action.NestedActions.Select(nested => nested.Title))}")];
        return base.FilterCodeActions(actions);
    }
}
