using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Analyzer.Tests;

/// <summary>Rules, their pages, the tables of them and the options say the same.</summary>
public sealed partial class RuleDocumentationTests
{
    private static readonly DiagnosticAnalyzer[] Analyzers = InstancesOf<DiagnosticAnalyzer>(typeof(BatchNormAnalyzer).Assembly);

    private static readonly string[] Fixable =
        [.. InstancesOf<CodeFixProvider>(typeof(BatchNormFixer).Assembly).SelectMany(fixer => fixer.FixableDiagnosticIds)];

    private static IEnumerable<DiagnosticDescriptor> Rules =>
        Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).OrderBy(rule => rule.Id, StringComparer.Ordinal);

    public static TheoryData<string> Identifiers => [.. Rules.Select(rule => rule.Id)];

    [Fact]
    public void EachIdentifier_IsThatOfOneRule() => Assert.Equal(
        typeof(RuleIdentifiers).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        Rules.Select(rule => rule.Id));

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void Page_SaysWhatTheDescriptorDoes(string id)
    {
        var rule = Rules.Single(each => each.Id == id);
        var fix = Fixable.Contains(id) ? "yes, with Fix All in document, project and solution" : "no";

        Assert.EndsWith($"/docs/rules/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
        Assert.StartsWith(
            $"# {id}: {rule.Title.ToString(CultureInfo.InvariantCulture)}\n\n| | |\n| --- | --- |\n| category | {rule.Category} |\n| severity | {rule.DefaultSeverity} |\n| code fix | {fix} |\n",
            Read($"docs/rules/{id}.md"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_AreThoseOfTheRules() => Assert.Equal(
        Rules.Select(rule => rule.Id), Directory.GetFiles(Path.Combine(Root, "docs", "rules")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Readme_HasARowForEachRule() => Assert.Equal(
        Rules.Select(rule => $"| [{rule.Id}](docs/rules/{rule.Id}.md) | {rule.DefaultSeverity} |"),
        RuleRow().Matches(Read("README.md")).Select(row => row.Value));

    [Fact]
    public void ReleaseNotes_NameTheAnalyzerOfEachRule() => Assert.Equal(
        Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics, (analyzer, rule) =>
            $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | {analyzer.GetType().Name}, [documentation](docs/rules/{rule.Id}.md)").Order(StringComparer.Ordinal),
        Read("src/Analyzer/AnalyzerReleases.Unshipped.md").Split('\n').Where(line => line.StartsWith("PBN", StringComparison.Ordinal)));

    [Fact]
    public void PageOfPBN0001_ListsEachOptionWithItsDefault() => Assert.Equal(
        LayerOption.All.Select(option => (option.Key, option.Default)),
        OptionRow().Matches(Read("docs/rules/PBN0001.md")).Select(row => (row.Groups["key"].Value, row.Groups["default"].Value)));

    [Fact]
    public void PageOfTheCommandLine_ListsEachOptionWithItsName() => Assert.Equal(
        LayerOption.All.Select(option => $"| `{option.Key}` | `--{option.Key["PBN0001.".Length..].Replace('_', '-')}` |"),
        Read("docs/cli.md").Split('\n').Where(line => line.StartsWith("| `PBN0001.", StringComparison.Ordinal)));

    [Fact]
    public void DefaultOfEachOption_IsWhatIsConstructed() => Assert.All(
        LayerOption.All, option => Assert.Equal(option.ValueIn(LayerOptions.Default), option.ValueIn(option.Parse(option.Default)!)));

    [GeneratedRegex(@"^\| \[PBN\d+\]\([^)]*\) \| \w+ \|", RegexOptions.Multiline)]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"^\| `(?<key>PBN0001\.\w+)` \| .* \| `(?<default>[^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    private static string Root => Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..");

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string file = "") => file;

    private static T[] InstancesOf<T>(Assembly assembly) =>
        [.. assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract).Select(type => (T)Activator.CreateInstance(type)!)];
}
