namespace Zoo.Layers;

/// <summary>Arrays, lists, dictionaries, module lists, target-typed <c>new()</c>, collection expressions and LINQ.</summary>
public sealed class DenseStack : Module<Tensor, Tensor>
{
    private readonly ModuleList<BatchNorm2d> norms = new();
    private readonly ModuleDict<BatchNorm2d> named = ModuleDict<BatchNorm2d>();
    private readonly List<BatchNorm2d> order = [];
    private readonly Dictionary<string, BatchNorm2d> byName = new() { ["first"] = BatchNorm2d(4) };
    private readonly Dictionary<int, List<BatchNorm2d>> byDepth = [];
    private readonly BatchNorm2d[] tail = [BatchNorm2d(4), nn.BatchNorm2d(4, eps: 1e-4)];

    public DenseStack(int depth)
        : base(nameof(DenseStack))
    {
        for (var i = 0; i < depth; i++)
        {
            var norm = BatchNorm2d(4);
            norms.Add(norm);
            order.Add(norm);
            byDepth[i] = [norm, .. tail];
        }

        named.Add("extra", BatchNorm2d(4));
        var projected = Enumerable.Range(1, 2).Select(i => BatchNorm2d(4, eps: i * 1e-3)).ToList();
        order.AddRange(projected);
        foreach (var norm in projected.Concat(tail))
        {
            norms.Add(norm);
        }

        RegisterComponents();
    }

    public IReadOnlyList<BatchNorm2d> Order => order;

    public int Reachable => byDepth.Values.Sum(each => each.Count) + byName.Count;

    public BatchNorm2d? Find(string name) => byName.TryGetValue(name, out var found) ? found : null;

    public BatchNorm2d Widest() =>
        (from norm in order
         where norm.eps > 0
         orderby norm.num_features descending
         select norm).First();

    public BatchNorm2d[] Sorted() => order.Concat(byName.Values).OrderBy(norm => norm.eps).ToArray();

    public ILookup<double, BatchNorm2d> ByEpsilon() => order.ToLookup(norm => norm.eps);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        foreach (BatchNorm2d norm in norms)
        {
            x = norm.forward(x);
        }

        x = tail.Aggregate(x, (y, norm) => norm.forward(y));
        return named["extra"].forward(x).MoveToOuterDisposeScope();
    }
}
