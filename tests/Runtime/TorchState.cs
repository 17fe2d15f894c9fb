namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Tests that set what the whole process shares, torch's generator or its number of threads: they run alone, after all
/// others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchState
{
    public const string Name = nameof(TorchState);
}
