using PbnRewriter.Runtime.Composed;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Autograd;

/// <summary>
/// The place in a graph of patch-aware batch normalization by kernels. Keeps the input and what the kernels keep for the
/// backward.
/// </summary>
internal sealed class KernelFunction : autograd.SingleTensorFunction<KernelFunction>
{
    private const string CallKey = "call";

    /// <inheritdoc/>
    public override string Name => nameof(PatchBatchNorm2d);

    /// <summary>Normalizes, and records how to differentiate that where somebody may ask.</summary>
    /// <param name="kernels">What computes.</param>
    /// <param name="x">Feature maps, shape (N, C, H, W), as the kernels take them.</param>
    /// <param name="weight">Affine weight, shape (C), as the kernels take it, or null for 1.</param>
    /// <param name="bias">Affine bias, shape (C), likewise, or null for 0.</param>
    /// <param name="running">The running statistics, or null if there are none; updated.</param>
    /// <param name="splits">Where the maps are cut, and how statistics mix.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>A tensor like <paramref name="x"/>.</returns>
    public static Tensor Apply(
        IKernels kernels,
        Tensor x,
        Tensor? weight,
        Tensor? bias,
        RunningStatistics? running,
        PatchSplits splits,
        double eps)
    {
        ReturnedGradients.Release();
        var call = new KernelCall(kernels, splits, eps, weight is not null, bias is not null);
        return is_grad_enabled()
            && (x.requires_grad || weight is { requires_grad: true } || bias is { requires_grad: true })
            ? apply(x, weight!, bias!, running!, call)
            : kernels.Forward(x, weight, bias, running, call, out _);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor?)vars[1], (Tensor?)vars[2]);
        var (running, call) = ((RunningStatistics?)vars[3], (KernelCall)vars[4]);
        var output = call.Kernels.Forward(x, weight, bias, running, call, out var kept);
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
        var call = (KernelCall)ctx.get_data(CallKey);
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

    private static Tensor?[] Gradients(autograd.AutogradContext ctx, KernelCall call, Tensor outputGradient)
    {
        if (call.IsReleased)
        {
            throw new InvalidOperationException(
                "A second backward pass through the same graph needs retain_graph: true in the first.");
        }

        var saved = ctx.get_saved_variables();
        var (x, weight, bias, kept) = (saved[0], (Tensor?)saved[1], (Tensor?)saved[2], saved[3]);
        return is_grad_enabled()
            ? DifferentiableGradients(x, weight, bias, kept, call, outputGradient)
            : call.Kernels.Gradients(x, weight, bias, kept, call, outputGradient);
    }

    /// <summary>The gradients with a graph of their own, for derivatives of higher order.</summary>
    private static Tensor?[] DifferentiableGradients(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, KernelCall call, Tensor outputGradient)
    {
        var (mean, variance) = (kept.select(1, -2), kept.select(1, -1));
        var wide = x.to(TrainingForward.TypeOf(x));
        var output = ComposedPatchBatchNorm
            .Normalize(wide, weight, bias, mean, variance, call.Splits, call.Eps, out _)
            .to(x.dtype);
        Tensor?[] all = [x, weight, bias];
        var variables = all.OfType<Tensor>().Where(variable => variable.requires_grad).ToList();
        var found = new Queue<Tensor>(autograd.grad(
            [output], variables, [outputGradient], retain_graph: true, create_graph: true));
        return [.. all.Select(variable => variable is { requires_grad: true } ? found.Dequeue() : null)];
    }
}
