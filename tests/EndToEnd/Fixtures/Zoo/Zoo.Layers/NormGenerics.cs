using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Zoo.Layers;

/// <summary>Generic types that are given the layer: base classes, static members, comparers, sequences and operators.</summary>
public abstract class StageOf<TNorm>
    where TNorm : Module<Tensor, Tensor>
{
    private TNorm? made;

    public TNorm Norm => made ??= Make(4);

    public static List<TNorm> All { get; } = [];

    protected abstract TNorm Make(long channels);
}

public sealed class BatchStage : StageOf<BatchNorm2d>
{
    protected override BatchNorm2d Make(long channels)
    {
        var norm = BatchNorm2d(channels);
        All.Add(norm);
        StageOf<BatchNorm2d>.All.Add(norm);
        return norm;
    }
}

public interface IMakes<TSelf, out TNorm>
    where TSelf : IMakes<TSelf, TNorm>
{
    static abstract TNorm Make(long channels);

    static virtual long Width => 4;
}

public sealed class Narrow : IMakes<Narrow, BatchNorm2d>
{
    public static BatchNorm2d Make(long channels) => BatchNorm2d(channels / 2);
}

/// <summary>A sequence of its own, and the way two layers compare.</summary>
public sealed class NormChain : IEnumerable<BatchNorm2d>, IEqualityComparer<BatchNorm2d>
{
    private readonly LinkedList<BatchNorm2d> norms = new();

    public required BatchNorm2d Head { get; init; }

    public IList<BatchNorm2d> Others { get; } = new List<BatchNorm2d>();

    public static implicit operator BatchNorm2d(NormChain chain) => chain.Head;

    public static NormChain operator +(NormChain chain, BatchNorm2d norm)
    {
        chain.norms.AddLast(norm);
        return chain;
    }

    public IEnumerator<BatchNorm2d> GetEnumerator() => norms.Prepend(Head).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(BatchNorm2d? left, BatchNorm2d? right) => left?.num_features == right?.num_features;

    public int GetHashCode([DisallowNull] BatchNorm2d norm) => norm.num_features.GetHashCode();
}

public static class NormGenerics
{
    private static BatchNorm2d? shared;
    private static BatchNorm2d? initialized;

    public static string Run()
    {
        var stage = new BatchStage();
        var norm = stage.Norm;
        BatchNorm2d narrow = MakeOne<Narrow, BatchNorm2d>(8);
        var chain = new NormChain { Head = BatchNorm2d(3), Others = { BatchNorm2d(4), narrow } };
        chain += BatchNorm2d(3);
        BatchNorm2d head = chain;
        var distinct = chain.Distinct(chain).Count();
        var sum = 0L;
        foreach (var each in chain)
        {
            sum += each.num_features;
        }

        Interlocked.CompareExchange(ref shared, BatchNorm2d(9), null);
        BatchNorm2d ensured = LazyInitializer.EnsureInitialized(ref initialized, () => BatchNorm2d(10));
        BatchNorm2d? none = default;
        none ??= Volatile.Read(ref shared) ?? default(BatchNorm2d);
        return $"generics {StageOf<BatchNorm2d>.All.Count} {norm.num_features} {narrow.num_features} {head.num_features} {distinct} {sum}"
            + $" {ensured.num_features} {none!.num_features} {chain.Others.Count} {Kind(head)} {Kind(ReLU())}";
    }

    private static TNorm MakeOne<TMaker, TNorm>(long channels)
        where TMaker : IMakes<TMaker, TNorm> => TMaker.Make(channels);

    // Which one a call means is decided by the declared type of its argument.
    private static string Kind(BatchNorm2d norm) => $"norm {norm.num_features}";

    private static string Kind(Module module) => $"module {module.parameters().Count()}";
}
