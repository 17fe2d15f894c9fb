using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Loading;

/// <summary>
/// Finds the projects in which TorchSharp binds, and refuses a solution in which one should and does not: without
/// bound symbols nothing would be found there, and that would read as success.
/// </summary>
internal static class TorchSharpBinding
{
    /// <summary>The C# projects in which TorchSharp binds; at least one of those asked for.</summary>
    public static async Task<ImmutableArray<Project>> FindAsync(
        Solution solution, ProjectScope scope, RestoreResult restore, ProjectEvaluation evaluation, CancellationToken cancellationToken)
    {
        var compiled = await InParallel.SelectAsync(
            solution.Projects.Where(project => project.Language == LanguageNames.CSharp),
            async project => (Project: project, Compilation: (await project.GetCompilationAsync(cancellationToken))!),
            cancellationToken);
        var isBound = compiled.ToLookup(each => Binds(each.Compilation));
        ImmutableArray<Project> bound = [.. isBound[true].Select(each => each.Project)];

        // A project for several frameworks may have TorchSharp in some of them; the sources of the others then tell.
        var files = bound.Select(project => project.FilePath).ToHashSet(FilePaths.Comparer);
        foreach (var (project, compilation) in isBound[false].Where(each => scope.Names.IsEmpty || scope.Includes(each.Project.FilePath)))
        {
            if ((!files.Contains(project.FilePath) && Asks(project, restore, evaluation))
                || await UsesAsync(project, compilation, cancellationToken))
            {
                throw new RunException(
                    ExitCode.NotLoaded,
                    $"project {project.FilePath} uses TorchSharp, but TorchSharp does not bind in it.\n{Cause(project, restore)}"
                    + (scope.Names.IsEmpty && solution.ProjectIds.Count > 1 ? "\nTo go on without it, name the others with --project." : ""));
            }
        }

        if (bound.Any(project => scope.Includes(project.FilePath)))
        {
            return bound;
        }

        throw new RunException(
            ExitCode.NotLoaded,
            scope.Input.IsProject
                ? $"nothing to rewrite here: {scope} does not reference TorchSharp. Name a project that does.{RestoreErrors(restore)}"
                : $"nothing to rewrite here: no project of {scope} references TorchSharp. Name one that does.{RestoreErrors(restore)}");
    }

    // TorchSharp is almost always the assembly of that name, and looking a type up in all assemblies has all of them read.
    private static bool Binds(Compilation compilation)
    {
        var references = compilation.SourceModule.ReferencedAssemblySymbols;
        return references.Any(assembly => assembly.Name == TorchSharpName.Root && assembly.GetTypeByMetadataName(TorchSharpName.Torch) is not null)
            || !compilation.GetTypesByMetadataName(TorchSharpName.Torch).IsEmpty;
    }

    // Where packages were restored without an error, a project that asks for TorchSharp has it, or has it under a
    // condition that is false; its sources then tell. Evaluating each project of a large solution would cost seconds.
    private static bool Asks(Project project, RestoreResult restore, ProjectEvaluation evaluation)
    {
        if (restore.IsGood || project.FilePath is null)
        {
            return false;
        }

        try
        {
            return evaluation.Evaluate(project.FilePath).NamesTorchSharp;
        }
        catch (RunException)
        {
            // It loaded, so what cannot be evaluated here is a matter of the environment; the sources tell.
            return false;
        }
    }

    private static async Task<bool> UsesAsync(Project project, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var document in project.Documents)
        {
            var text = await document.GetTextAsync(cancellationToken);
            if (!text.ToString().Contains(TorchSharpName.Root, StringComparison.Ordinal))
            {
                continue;
            }

            var root = await document.GetSyntaxRootAsync(cancellationToken);
            var model = compilation.GetSemanticModel(root!.SyntaxTree);
            if (root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name =>
                name.Identifier.ValueText == TorchSharpName.Root
                && LeadsAName(name)
                && model.GetSymbolInfo(name, cancellationToken).Symbol is null))
            {
                return true;
            }
        }

        return false;
    }

    // TorchSharp in `using TorchSharp;`, `using static TorchSharp.torch;` and `TorchSharp.torch.nn`, not in `My.TorchSharp`
    // nor in `namespace TorchSharp;`.
    private static bool LeadsAName(IdentifierNameSyntax name) => name.Parent switch
    {
        UsingDirectiveSyntax => true,
        QualifiedNameSyntax qualified => qualified.Left == name,
        AliasQualifiedNameSyntax qualified => qualified.Name == name,
        MemberAccessExpressionSyntax access => access.Expression == name,
        _ => false,
    };

    private static string Cause(Project project, RestoreResult restore)
    {
        if (!restore.Errors.IsEmpty)
        {
            return $"Restoring packages failed:\n{string.Join('\n', restore.ErrorsOf(project.FilePath!))}";
        }

        var assets = Path.Combine(Path.GetDirectoryName(project.FilePath)!, "obj", "project.assets.json");
        return !restore.Ran && !File.Exists(assets)
            ? "Its packages have not been restored: run without --no-restore, or dotnet restore first."
            : "Its TorchSharp reference is missing or does not resolve: see what dotnet build says.";
    }

    private static string RestoreErrors(RestoreResult restore) => restore.Errors.IsEmpty
        ? ""
        : $"\nRestoring packages failed, which may be why:\n{string.Join('\n', restore.Errors.Take(2))}";
}
