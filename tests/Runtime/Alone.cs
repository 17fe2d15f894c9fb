namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Tests that depend on what belongs to the whole process, torch's generator or its number of threads: no other test
/// runs beside them.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
