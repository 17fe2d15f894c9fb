using System.Collections.Immutable;

namespace Zoo.Layers;

/// <summary>Queries, anonymous types, and the collections that they end in.</summary>
public static class NormQueries
{
    private static readonly ImmutableArray<BatchNorm2d> Fixed = [BatchNorm2d(2), BatchNorm2d(3)];

    private static readonly Dictionary<string, (BatchNorm2d Norm, List<BatchNorm2d?> Others)> Nested = new()
    {
        ["a"] = (BatchNorm2d(4), [null, BatchNorm2d(5)]),
    };

    public static IEnumerable<string> Run()
    {
        long[] widths = [4, 2, 8];
        var named = widths.Select((width, index) => new { Name = $"bn{index}", Norm = Make(width) }).ToArray();
        BatchNorm2d first = named[0].Norm;
        var query =
            from entry in named
            let norm = entry.Norm
            join width in widths on norm.num_features equals width
            orderby norm.num_features
            group norm by norm.num_features > 3;
        yield return $"queries {first.num_features} {string.Join(' ', query.Select(group => $"{group.Key}:{group.Sum(norm => norm.num_features)}"))}";

        Dictionary<string, BatchNorm2d> byName = named.ToDictionary(entry => entry.Name, entry => entry.Norm);
        var sum = 0L;
        foreach (var (name, norm) in byName)
        {
            sum += norm.num_features * name.Length;
        }

        BatchNorm2d widest = byName.Values.Aggregate((left, right) => left.num_features > right.num_features ? left : right);
        var pairs = widths.Select(Make).Zip(byName.Values, (BatchNorm2d left, BatchNorm2d right) => (left, right)).Where(pair => pair.left.eps == pair.right.eps);
        yield return $"queries {sum} {widest.num_features} {pairs.Count()} {Fixed.Add(widest).Length}";

        BatchNorm2d[] tail = byName.Values.ToArray()[1..];
        BatchNorm2d last = tail[^1];
        IEnumerable<Module> modules = tail;
        var appended = tail.Append(BatchNorm2d(1)).Concat(Fixed).DefaultIfEmpty().SelectMany(norm => new[] { norm, last });
        var (nested, others) = Nested["a"];
        yield return $"queries {last.num_features} {modules.Count()} {appended.Count()} {nested.num_features} {others[^1]?.num_features}";

        BatchNorm2d[] converted = Array.ConvertAll(widths, width => BatchNorm2d(width, affine: false));
        Array.Sort(converted, (left, right) => left.num_features.CompareTo(right.num_features));
        var ordered = converted.OrderByDescending(norm => norm, Comparer<BatchNorm2d>.Create((left, right) => (int)(left.num_features - right.num_features)));
        yield return $"queries {converted[0].num_features} {ordered.First().num_features} {converted.MinBy(norm => norm.eps)!.num_features}";
    }

    private static BatchNorm2d Make(long width) => BatchNorm2d(width);
}
