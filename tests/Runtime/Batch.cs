using System.Runtime.CompilerServices;
using CsCheck;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>A random situation of the layer: shape, grid, weight, and the seed that all values come from.</summary>
internal sealed record Batch(long N, long C, long H, long W, PatchGrid Grid, double GlobalWeight, int Seed)
{
    /// <summary>Maps up to 9x9, divisible or not; grids up to 11x11, also larger than the map; N at least 2.</summary>
    public static readonly Gen<Batch> Any = Gen.Select(
        Gen.Select(Gen.Long[2, 4], Gen.Long[1, 4], Gen.Long[1, 9], Gen.Long[1, 9]),
        Gen.Select(Gen.Int[1, 11], Gen.Int[1, 11]),
        Gen.OneOf(Gen.Const(0.0), Gen.Const(0.5), Gen.Const(1.0), Gen.Double[0, 1]),
        Gen.Int[1, 1_000_000],
        (s, grid, weight, seed) => new Batch(s.Item1, s.Item2, s.Item3, s.Item4, grid, weight, seed));

    private static readonly ConditionalWeakTable<Tensor, nn.Module> s_modules = [];

    public long[] Shape => [N, C, H, W];

    /// <summary>The layer and a BatchNorm2d with the same random parameters and buffers.</summary>
    public (PatchBatchNorm2d Patch, BatchNorm2d Plain) Layers(ScalarType dtype, bool affine = true, bool tracked = true)
    {
        var patch = pbn.PatchBatchNorm2d(
            C, eps: 1e-3, affine: affine, track_running_stats: tracked, dtype: dtype,
            grid: Grid, global_weight: GlobalWeight);
        var plain = nn.BatchNorm2d(C, eps: 1e-3, affine: affine, track_running_stats: tracked, dtype: dtype);
        using var generator = new Generator((ulong)Seed);
        using var noGradient = no_grad();
        foreach (var (name, value) in plain.state_dict())
        {
            if (name != "num_batches_tracked")
            {
                value.copy_(empty(value.shape, ScalarType.Float64).uniform_(0.5, 1.5, generator));
            }
        }

        patch.load_state_dict(plain.state_dict());
        KeepWithParts(patch);
        KeepWithParts(plain);
        return (patch, plain);
    }

    /// <summary>
    /// Keeps a module as long as one of its tensors: a module that nobody holds is finalized, and takes its parameters along
    /// though a test still looks at them.
    /// </summary>
    private static void KeepWithParts(nn.Module module)
    {
        foreach (var part in module.parameters().Concat(module.buffers()))
        {
            s_modules.Add(part, module);
        }
    }

    public Tensor Input(ScalarType dtype) => Random(1).to(dtype);

    public Tensor OutputGradient(ScalarType dtype) => Random(2).to(dtype);

    public override string ToString() => $"{N}x{C}x{H}x{W}, grid {Grid}, weight {GlobalWeight}, seed {Seed}";

    private Tensor Random(int stream)
    {
        using var generator = new Generator((ulong)(Seed * 10L + stream));
        
        // Not by operators with numbers: the finalizer may take such a number from under TorchSharp's call.
        return empty(Shape, ScalarType.Float64).normal_(0.3, 2, generator);
    }
}
