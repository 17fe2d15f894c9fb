using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PbnRewriter.Runtime.Kernels;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848) by the kernels for the CPU, with the
/// closed form of its gradients. Keeps the input and two numbers a patch for the backward.
/// </summary>
internal sealed class CpuPatchBatchNorm : autograd.SingleTensorFunction<CpuPatchBatchNorm>
{
    private const string Splits = "splits";
    private const string Eps = "eps";

    /// <inheritdoc/>
    public override string Name => nameof(CpuPatchBatchNorm);

    /// <summary>Does what <see cref="ComposedPatchBatchNorm.Apply"/> does.</summary>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();
        var dtype = Computation.TypeOf(input);
        var x = Plain(input);
        var output = apply(
            x, weight is null ? null! : Plain(weight), bias is null ? null! : Plain(bias), running!, splits, eps);
        if (!ReferenceEquals(x, input))
        {
            output = NormalizedLayout.Match(output, NormalizedLayout.Of(input)).to(input.dtype);
        }

        return output.MoveToOuterDisposeScope();

        // As the kernels take it: itself, mostly.
        Tensor Plain(Tensor values)
        {
            if (values.dtype != dtype)
            {
                values = values.to(dtype);
            }

            return values.is_contiguous() ? values : values.contiguous();
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor?)vars[1], (Tensor?)vars[2]);
        var (running, splits, eps) = ((RunningStatistics?)vars[3], (PatchSplits)vars[4], (double)vars[5]);
        var output = empty_like(x);
        var statistics = empty([x.shape[1], 2, CpuKernel<float>.PatchesOf(splits)], ScalarType.Float64);
        var before = running is null ? null : empty([2, x.shape[1]], ScalarType.Float64);
        if (x.dtype == ScalarType.Float64)
        {
            Normalize<double>(x, weight, bias, running, splits, eps, output, statistics, before);
        }
        else
        {
            Normalize<float>(x, weight, bias, running, splits, eps, output, statistics, before);
        }

        ctx.set_materialize_grads(false);
        ctx.save_for_backward([x, weight!, bias!, statistics, before!]);
        ctx.save_data(Splits, splits);
        ctx.save_data(Eps, eps);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();

        // The engine hands the gradient over, and lets go of it only when this wrapper does.
        scope.Attach(grad_output);
        var saved = ctx.get_saved_variables();
        var splits = (PatchSplits)ctx.get_data(Splits);
        Tensor?[] gradients;
        if (is_grad_enabled())
        {
            gradients = DifferentiableGradients(saved, splits, (double)ctx.get_data(Eps), grad_output);
        }
        else if (saved[0].dtype == ScalarType.Float64)
        {
            gradients = Gradients<double>(saved, splits, grad_output);
        }
        else
        {
            gradients = Gradients<float>(saved, splits, grad_output);
        }

        ReturnedGradients.Keep(gradients);
        return [.. gradients.Select(gradient => gradient!), null!, null!, null!];
    }

    private static unsafe void Normalize<T>(
        Tensor x,
        Tensor? weight,
        Tensor? bias,
        RunningStatistics? running,
        PatchSplits splits,
        double eps,
        Tensor output,
        Tensor statistics,
        Tensor? before)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The kernel updates buffers of its own type in place, and copies of others.
        var isOwnType = running?.Mean.dtype == x.dtype && running.Mean.is_contiguous() && running.Variance.is_contiguous();
        var mean = isOwnType ? running!.Mean : running?.Mean.to(x.dtype).contiguous();
        var variance = isOwnType ? running!.Variance : running?.Variance.to(x.dtype).contiguous();
        new CpuKernel<T>(x.shape, splits)
        {
            Input = Address<T>(x),
            Weight = Address<T>(weight),
            Statistics = Address<double>(statistics),
            Before = Address<double>(before),
        }.Forward(
            Address<T>(output),
            Address<T>(bias),
            Address<T>(mean),
            Address<T>(variance),
            running?.BatchWeight ?? 0,
            eps);
        if (running is not null && !isOwnType)
        {
            using var noGradient = no_grad();
            running.Mean.copy_(mean!);
            running.Variance.copy_(variance!);
        }
    }

    private static unsafe Tensor?[] Gradients<T>(List<Tensor> saved, PatchSplits splits, Tensor outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, weight, bias, statistics, before) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var dy = outputGradient.contiguous();
        var gradients = (Tensor?[])[Gradient(x), Gradient(weight), Gradient(bias)];
        new CpuKernel<T>(x.shape, splits)
        {
            Input = Address<T>(x),
            Weight = Address<T>(weight),
            Statistics = Address<double>(statistics),
            Before = Address<double>(before),
        }.Backward(Address<T>(dy), Address<T>(gradients[0]), Address<T>(gradients[1]), Address<T>(gradients[2]));
        return gradients;

        static Tensor? Gradient(Tensor? of) => of is { requires_grad: true } ? empty_like(of) : null;
    }

    /// <summary>The gradients with a graph of their own, for derivatives of higher order.</summary>
    private static Tensor?[] DifferentiableGradients(List<Tensor> saved, PatchSplits splits, double eps, Tensor outputGradient)
    {
        var (x, weight, bias, before) = (saved[0], saved[1], saved[2], saved[4]);
        var output = ComposedPatchBatchNorm.Normalize(
            x, weight, bias, before?[0], before?[1], splits, eps, out _);
        var variables = new[] { x, weight, bias }.Where(variable => variable is { requires_grad: true }).ToList();
        var found = autograd.grad([output], variables, [outputGradient], create_graph: true);
        return [Of(x), Of(weight), Of(bias)];

        Tensor? Of(Tensor? variable) => variables.IndexOf(variable!) is >= 0 and var i ? found[i] : null;
    }

    private static unsafe T* Address<T>(Tensor? tensor)
        where T : unmanaged
    {
        if (tensor is null)
        {
            return null;
        }

        if (tensor.NumberOfElements <= int.MaxValue / sizeof(T))
        {
            return AddressOf(tensor);
        }

        // As bytes, a tensor may not be larger than a span; its first element may.
        using var first = tensor.as_strided([1], [1]);
        return AddressOf(first);

        // Native memory, which nothing moves.
        static T* AddressOf(Tensor values) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));
    }
}
