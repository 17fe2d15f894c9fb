using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>
/// Patch-aware batch normalization the way that the paper's authors released it: each patch is sliced out, normalized by
/// batch_norm twice, once by its own statistics and once by the running ones, one of the two is selected per channel, and
/// the patches are put together again.
/// </summary>
internal sealed class ReleasedPatchBatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly PatchGrid grid;

    public ReleasedPatchBatchNorm(long num_features, PatchGrid grid)
        : base(nameof(ReleasedPatchBatchNorm))
    {
        this.grid = grid;
        weight = nn.Parameter(ones(num_features));
        bias = nn.Parameter(zeros(num_features));
        running_mean = zeros(num_features);
        running_var = ones(num_features);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        foreach (var row in input.tensor_split(grid.Rows, 2))
        {
            var patches = row.tensor_split(grid.Columns, 3).Select(Normalize).ToArray();
            rows.Add(cat(patches, 3));
        }

        return cat(rows, 2).MoveToOuterDisposeScope();
    }

    private Tensor Normalize(Tensor patch)
    {
        var accumulated = nn.functional.batch_norm(patch, running_mean, running_var, weight, bias);
        var own = nn.functional.batch_norm(patch, running_mean, running_var, weight, bias, training: true);
        var selected = (rand(patch.shape[1]) < 0.5).to(patch.dtype).view(1, -1, 1, 1);
        return own * selected + accumulated * (1 - selected);
    }
}
