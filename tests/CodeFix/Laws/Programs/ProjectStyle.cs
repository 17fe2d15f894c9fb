using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>What holds for all files of a project.</summary>
/// <param name="Version">The version of C#.</param>
/// <param name="Nullable">Whether reference types are nullable.</param>
/// <param name="GlobalUsings">Whether the project imports TorchSharp with global usings, in a file of their own.</param>
internal sealed record ProjectStyle(int Version, NullableContextOptions Nullable, bool GlobalUsings)
{
    public static ProjectStyle Of(Choices choices)
    {
        var version = choices.Of(14, 9, 10, 11, 12, 13);
        var nullable = choices.Of(NullableContextOptions.Enable, NullableContextOptions.Disable);
        return new ProjectStyle(version, nullable, version >= 10 && choices.OneIn(4));
    }

    public LanguageVersion LanguageVersion => (LanguageVersion)(Version * 100);
}
