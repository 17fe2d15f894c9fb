namespace Zoo.Layers;

/// <summary>An implementation of a generic interface; an indexer, an event and an explicit implementation.</summary>
public sealed class NormStore : INormStore<BatchNorm2d>
{
    private readonly List<BatchNorm2d> norms = new(capacity: 4);

    public event Action<BatchNorm2d>? Added;

    public BatchNorm2d this[int index] => norms[index];

    void INormStore<BatchNorm2d>.Add(BatchNorm2d norm)
    {
        norms.Add(norm);
        Added?.Invoke(norm);
    }

    public static long Count()
    {
        var store = new NormStore();
        var channels = 0L;
        store.Added += norm => channels += norm.num_features;
        store.Added += OnAdded;
        INormStore<BatchNorm2d> view = store;
        view.Add(BatchNorm2d(4));
        view.Add(BatchNorm2d(8));
        return channels + store[^1].num_features + view[0].num_features;

        void OnAdded(BatchNorm2d norm) => channels++;
    }

    public int Length => norms.Count;

    public BatchNorm2d Slice(int start, int length) => norms[start + length - 1];
}
