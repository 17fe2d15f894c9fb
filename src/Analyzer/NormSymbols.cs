using Microsoft.CodeAnalysis;

namespace PbnRewriter;

/// <summary>
/// Recognizes, by symbol, the few types and methods that a rewrite is about. By name and place rather than by reference,
/// because one run sees many compilations, each with symbols of its own for the same type.
/// </summary>
internal static class NormSymbols
{
    public const string TorchSharpAssembly = "TorchSharp";
    public const string FactoryContainer = "TorchSharp.torch+nn";
    public const string BatchNorm2d = "BatchNorm2d";
    public const string BatchNorm = "BatchNorm";
    public const string PatchBatchNorm2d = "PatchBatchNorm2d";
    public const string PatchGrid = "PatchGrid";
    public const string PatchStatistics = "PatchStatistics";
    public const string PatchLayout = "PatchLayout";
    public const string Pbn = "pbn";
    public const string ConvertPatchBatchNorm = "convert_patch_batchnorm";
    public const string ModulesNamespace = "TorchSharp.Modules";
    public const string RuntimeNamespace = "PbnRewriter.Runtime";
    public const string RuntimeFactoryContainer = RuntimeNamespace + "." + Pbn;

    /// <summary>Whether a method is TorchSharp's factory <c>torch.nn.BatchNorm2d</c>.</summary>
    public static bool IsFactory(IMethodSymbol method) =>
        method is { Name: BatchNorm2d, IsStatic: true, ContainingType: { Name: "nn", ContainingType: { Name: "torch" } torch } }
        && torch.ContainingNamespace is { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>Whether a type is <c>TorchSharp.Modules.BatchNorm2d</c>.</summary>
    public static bool IsBatchNorm2d(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: BatchNorm2d, Arity: 0, ContainingType: null }
        && IsNamespace(type.ContainingNamespace, "TorchSharp", "Modules");

    /// <summary>Whether a type is <c>PbnRewriter.Runtime.PatchBatchNorm2d</c>.</summary>
    public static bool IsPatchBatchNorm2d(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: PatchBatchNorm2d, Arity: 0, ContainingType: null } named && IsOfRuntime(named);

    /// <summary>Whether a type is one of the runtime's.</summary>
    public static bool IsOfRuntime(INamedTypeSymbol? type) => IsNamespace(type?.ContainingNamespace, "PbnRewriter", "Runtime");

    /// <summary>Whether a compilation can name TorchSharp.</summary>
    public static bool HasTorchSharp(Compilation compilation) =>
        compilation.GetTypeByMetadataName(FactoryContainer) is not null;

    /// <summary>Whether a compilation can name the layer.</summary>
    public static bool HasRuntime(Compilation compilation) =>
        compilation.GetTypeByMetadataName(RuntimeFactoryContainer) is not null;

    /// <summary>
    /// Whether a compilation references TorchSharp and, where it is asked for, the layer. By the names of what it references: to
    /// ask for a symbol would have the references read, before anything else needs them, for a compilation that has neither too.
    /// </summary>
    public static bool AreReferenced(Compilation compilation, bool runtime) =>
        References(compilation, TorchSharpAssembly) && (!runtime || References(compilation, RuntimeNamespace));

    /// <summary>Whether a compilation references code that is compiled against the layer, another project's or a package's.</summary>
    public static bool HasUserOfRuntime(Compilation compilation) => compilation.SourceModule.ReferencedAssemblySymbols
        .Any(assembly => assembly.Modules.First().ReferencedAssemblies.Any(identity => identity.Name == RuntimeNamespace));

    private static bool References(Compilation compilation, string assembly) => compilation.References.Any(reference => assembly == reference switch
    {
        CompilationReference project => project.Compilation.AssemblyName,
        PortableExecutableReference { FilePath: { } file } => Path.GetFileNameWithoutExtension(file),
        _ => compilation.GetAssemblyOrModuleSymbol(reference)?.Name,
    });

    // Name by name, as the whole name would have to be put together for each argument of a compilation.
    private static bool IsNamespace(INamespaceSymbol? symbol, string outer, string name) =>
        symbol?.Name == name && symbol.ContainingNamespace is { ContainingNamespace.IsGlobalNamespace: true } parent && parent.Name == outer;
}
