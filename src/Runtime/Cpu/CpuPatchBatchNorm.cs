using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PbnRewriter.Runtime.Composed;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848) by the kernels for the CPU, with the
/// closed form of its gradients. Keeps the input and two numbers a patch for the backward.
/// </summary>
internal sealed class CpuPatchBatchNorm : autograd.SingleTensorFunction<CpuPatchBatchNorm>
{
    private const string CallKey = "call";

    /// <inheritdoc/>
    public override string Name => nameof(CpuPatchBatchNorm);

    /// <summary>Does what <see cref="TrainingForward.Apply"/> asks for, on the CPU.</summary>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();
        var dtype = TrainingForward.TypeOf(input);
        var x = Plain(input, dtype);
        var (w, b) = (weight is null ? null : Plain(weight, dtype), bias is null ? null : Plain(bias, dtype));
        var call = new Call(splits, eps, w is not null, b is not null);
        var output = is_grad_enabled() && (x.requires_grad || w is { requires_grad: true } || b is { requires_grad: true })
            ? apply(x, w!, b!, running!, call)
            : Forward(x, w, b, running, call, out _);
        if (!ReferenceEquals(x, input))
        {
            output = NormalizedLayout.OfOutput(output, input).to(input.dtype);
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor?)vars[1], (Tensor?)vars[2]);
        var (running, call) = ((RunningStatistics?)vars[3], (Call)vars[4]);
        var output = Forward(x, weight, bias, running, call, out var kept);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([x, weight!, bias!, kept]);
        ctx.save_data(CallKey, call);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();

        // The engine hands the gradient over, and lets go of it only when this wrapper does.
        scope.Attach(grad_output);
        var call = (Call)ctx.get_data(CallKey);
        Tensor?[] gradients;
        try
        {
            gradients = Gradients(ctx, call, grad_output);
        }
        catch (Exception error)
        {
            // An exception that left here would end the process, as the caller is native. The engine throws one of its
            // own when it sees a gradient of a wrong shape, but cannot be told the reason.
            var reason = error.Message.Split('\n')[0];
            Console.Error.WriteLine($"{nameof(PatchBatchNorm2d)}: no gradient could be computed. {reason}");
            gradients = [Wrong(), call.HasWeight ? Wrong() : null, call.HasBias ? Wrong() : null];
        }

        if (!GraphTask.KeepsGraph)
        {
            call.IsReleased = true;
            ctx.Dispose();
        }

        ReturnedGradients.Keep(gradients);
        return [gradients[0]!, gradients[1]!, gradients[2]!, null!, null!];

        static Tensor Wrong() => zeros([]);
    }

    private static Tensor?[] Gradients(autograd.AutogradContext ctx, Call call, Tensor outputGradient)
    {
        if (call.IsReleased)
        {
            throw new InvalidOperationException(
                "A second backward pass through the same graph needs retain_graph: true in the first.");
        }

        var saved = ctx.get_saved_variables();
        var (x, weight, bias, kept) = (saved[0], (Tensor?)saved[1], (Tensor?)saved[2], saved[3]);
        if (is_grad_enabled())
        {
            return DifferentiableGradients(x, weight, bias, kept, call, outputGradient);
        }

        return x.dtype == ScalarType.Float64
            ? Gradients<double>(x, weight, bias, kept, call, outputGradient)
            : Gradients<float>(x, weight, bias, kept, call, outputGradient);
    }

    /// <summary>As the kernels take it: itself, mostly.</summary>
    private static Tensor Plain(Tensor values, ScalarType dtype)
    {
        if (values.dtype != dtype)
        {
            values = values.to(dtype);
        }

        return values.is_contiguous() ? values : values.contiguous();
    }

    private static Tensor Forward(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, Call call, out Tensor kept)
    {
        var output = empty(x.shape, x.dtype, x.device);
        kept = empty(x.shape[1], CpuKernel<float>.KeptOf(call.Splits), ScalarType.Float64);
        if (x.dtype == ScalarType.Float64)
        {
            Normalize<double>(x, weight, bias, running, call, output, kept);
        }
        else
        {
            Normalize<float>(x, weight, bias, running, call, output, kept);
        }

        return output;
    }

    private static unsafe void Normalize<T>(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, Call call, Tensor output, Tensor kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The kernel updates buffers of its own type in place, and copies of others.
        var mean = running is null ? null : Plain(running.Mean, x.dtype);
        var variance = running is null ? null : Plain(running.Variance, x.dtype);
        var kernel = new CpuKernel<T>(x.shape, call.Splits, Address<T>(x), Address<T>(weight), Address<double>(kept));
        kernel.Forward(
            Address<T>(output),
            Address<T>(bias),
            Address<T>(mean),
            Address<T>(variance),
            running?.BatchWeight ?? 0,
            call.Eps);
        if (running is not null)
        {
            CopyBack(mean!, running.Mean);
            CopyBack(variance!, running.Variance);
        }

        static void CopyBack(Tensor updated, Tensor buffer)
        {
            if (!ReferenceEquals(updated, buffer))
            {
                buffer.copy_(updated);
            }
        }
    }

    private static unsafe Tensor?[] Gradients<T>(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, Call call, Tensor outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dy = Plain(outputGradient, x.dtype);
        Tensor?[] gradients = [Gradient(x), Gradient(weight), Gradient(bias)];
        new CpuKernel<T>(x.shape, call.Splits, Address<T>(x), Address<T>(weight), Address<double>(kept))
            .Backward(Address<T>(dy), Address<T>(gradients[0]), Address<T>(gradients[1]), Address<T>(gradients[2]));
        return gradients;

        static Tensor? Gradient(Tensor? of) => of is { requires_grad: true } ? empty_like(of) : null;
    }

    /// <summary>The gradients with a graph of their own, for derivatives of higher order.</summary>
    private static Tensor?[] DifferentiableGradients(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, Call call, Tensor outputGradient)
    {
        var (mean, variance) = (kept.select(1, -2), kept.select(1, -1));
        var output = ComposedPatchBatchNorm.Normalize(x, weight, bias, mean, variance, call.Splits, call.Eps, out _);
        Tensor?[] all = [x, weight, bias];
        var variables = all.OfType<Tensor>().Where(variable => variable.requires_grad).ToList();
        var found = new Queue<Tensor>(autograd.grad(
            [output], variables, [outputGradient], retain_graph: true, create_graph: true));
        return [.. all.Select(variable => variable is { requires_grad: true } ? found.Dequeue() : null)];
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

    private sealed record Call(PatchSplits Splits, double Eps, bool HasWeight, bool HasBias)
    {
        /// <summary>Whether what was saved for the backward is gone.</summary>
        public bool IsReleased { get; set; }
    }
}
