using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// docs/runtime.md: its first block of C# is the usings of the others, each of which is a program that prints what the block of
/// text behind it says; and it names all that is public.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class RuntimePageTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;

        """;

    private static readonly string s_page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../docs/runtime.md"))
        .ReplaceLineEndings("\n");

    public static TheoryData<int> Programs => [.. Enumerable.Range(1, Blocks().Count(s_page) - 1)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Program_PrintsWhatThePageSays(int index)
    {
        var blocks = Blocks().Matches(s_page);
        var usings = ImplicitUsings + blocks[0].Groups["code"].Value.Replace("using ", "global using ", StringComparison.Ordinal);
        var output = blocks[index].Groups["output"];
        Assert.True(output.Success, $"No block of text follows the program:\n{blocks[index].Value}");

        Assert.Equal(output.Value, await RunAsync(Compile(usings, blocks[index].Groups["code"].Value)));
    }

    [Fact]
    public void Page_NamesAllThatIsPublic()
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var inherited = typeof(object).GetMethods().Select(method => method.Name).ToHashSet();
        var names = typeof(pbn).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMembers(Own)
                .Where(member => member is not MethodBase { IsSpecialName: true } and not Type && !inherited.Contains(member.Name))
                .Where(member => member.Name != "value__")
                .SelectMany(member => ParametersOf(member).Prepend(member.Name))
                .Prepend(type.Name))
            .Distinct();

        Assert.DoesNotContain(names, name => !Regex.IsMatch(s_page, $@"`(\w+\.)*{name}\b"));

        static IEnumerable<string> ParametersOf(MemberInfo member) =>
            member is MethodInfo method && method.DeclaringType is { IsAbstract: true, IsSealed: true }
                ? method.GetParameters().Select(parameter => parameter.Name!)
                : [];
    }

    [Fact]
    public void Page_SaysTheFactorysTypesAndDefaults()
    {
        var parameters = typeof(pbn).GetMethod(nameof(pbn.PatchBatchNorm2d))!.GetParameters();
        Assert.Equal(
            parameters.Select(parameter => (parameter.Name!, DefaultOf(parameter))),
            Rows().Matches(s_page).Select(row => (row.Groups["name"].Value, row.Groups["default"].Value)));

        static string DefaultOf(ParameterInfo parameter) => (parameter.HasDefaultValue, parameter.DefaultValue) switch
        {
            (false, _) => "",
            (_, null) => parameter.Name == "grid" ? "null, 2x2" : "null",
            (_, 1e-5) => "`1e-5`",
            (_, bool value) => value ? "`true`" : "`false`",
            (_, var value) => FormattableString.Invariant($"`{value}`"),
        };
    }

    private static Assembly Compile(string usings, string program)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)
                || Path.GetFileName(path) is "TorchSharp.dll" or "PbnRewriter.Runtime.dll");
        var compilation = CSharpCompilation.Create(
            "Program" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(usings), CSharpSyntaxTree.ParseText(program)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        compilation.Emit(image);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        return Assembly.Load(image.ToArray());
    }

    /// <summary>Runs a program in a folder of its own, and returns what it prints.</summary>
    private static async Task<string> RunAsync(Assembly program)
    {
        var (console, current) = (Console.Out, Directory.GetCurrentDirectory());
        var folder = Directory.CreateTempSubdirectory();
        using var printed = new StringWriter();
        Console.SetOut(printed);
        Directory.SetCurrentDirectory(folder.FullName);
        try
        {
            var main = program.EntryPoint!;
            await (main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]) as Task ?? Task.CompletedTask);
        }
        finally
        {
            Directory.SetCurrentDirectory(current);
            Console.SetOut(console);
            folder.Delete(recursive: true);
        }

        return printed.ToString().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$(\n\n```text\n(?<output>.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| \w+\?? \| (?<default>[^|]*?) ?\| [^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
