using static TorchSharp.torch;

namespace Detection.Models;

/// <summary>
/// Gives each location the object that it has to find: one whose box it lies in, near whose middle it is, and whose
/// size is its level's. Of several the smallest (Tian et al., arXiv 1904.01355; the middle is from its later version).
/// </summary>
/// <param name="radius">How far from the middle of a box its locations may be, in strides.</param>
public sealed class TargetAssigner(LocationGrid grid, double radius = 1.5)
{
    /// <param name="images">The objects of each image.</param>
    public Targets Assign(IReadOnlyList<IReadOnlyList<LabeledBox>> images)
    {
        using var scope = NewDisposeScope();
        var perImage = images.Select(Assign).ToList();
        return new Targets(
            stack([.. perImage.Select(image => image.Labels)]).MoveToOuterDisposeScope(),
            stack([.. perImage.Select(image => image.Distances)]).MoveToOuterDisposeScope());
    }

    private (Tensor Labels, Tensor Distances) Assign(IReadOnlyList<LabeledBox> objects)
    {
        var locations = grid.Points.shape[0];
        if (objects.Count == 0)
        {
            return (full(locations, Targets.Background, dtype: int64), zeros(locations, 4));
        }

        var sides = tensor(objects.SelectMany(each => Sides(each.Box)).ToArray()).view(1, -1, 4);
        var labels = tensor(objects.Select(each => (long)each.Label).ToArray());

        // (L, M, 4) for M objects: from each location to each side of each box.
        var from = grid.Points.unsqueeze(1);
        var distances = cat([from - sides.narrow(2, 0, 2), sides.narrow(2, 2, 2) - from], 2);

        var middle = (sides.narrow(2, 0, 2) + sides.narrow(2, 2, 2)) / 2;
        var isNear = (from - middle).abs().amax([2]) < grid.Strides.unsqueeze(1) * radius;
        var isInside = distances.amin([2]) > 0;
        var reach = distances.amax([2]);
        var isOfLevel = (reach > grid.Nearest.unsqueeze(1)) & (reach <= grid.Farthest.unsqueeze(1));

        var areas = tensor(objects.Select(each => each.Box.Area).ToArray()).expand(locations, -1);
        var (area, index) = areas.masked_fill(~(isNear & isInside & isOfLevel), float.PositiveInfinity).min(1);
        return (
            labels[index].masked_fill(area.isinf(), Targets.Background),
            distances[arange(locations), index]);
    }

    private static float[] Sides(Box box) => [box.Left, box.Top, box.Right, box.Bottom];
}
