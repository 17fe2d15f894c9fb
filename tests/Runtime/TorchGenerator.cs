namespace PbnRewriter.Runtime.Tests;

/// <summary>Tests that seed torch's generator, which the whole process shares: they run alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchGenerator
{
    public const string Name = nameof(TorchGenerator);
}
