using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Autograd;

/// <summary>Kernels for patch-aware batch normalization in training, and for the closed form of its gradients.</summary>
internal interface IKernels
{
    /// <summary>Normalizes each patch and, where there are running statistics, takes the batch in.</summary>
    /// <param name="x">Feature maps, shape (N, C, H, W), as the kernels take them.</param>
    /// <param name="weight">Affine weight, shape (C), as the kernels take it, or null for 1.</param>
    /// <param name="bias">Affine bias, shape (C), likewise, or null for 0.</param>
    /// <param name="running">The running statistics, or null if there are none; updated.</param>
    /// <param name="call">What else the call has.</param>
    /// <param name="kept">
    /// What the backward needs beside the maps, float64, shape (C, ...): at the end of a row the running mean and the running
    /// variance from before the batch, 0 where there are none.
    /// </param>
    /// <returns>A tensor like <paramref name="x"/>.</returns>
    Tensor Forward(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, KernelCall call, out Tensor kept);

    /// <summary>Computes the gradients of those of x, weight and bias that require one; null for the others.</summary>
    /// <param name="x">As given to the forward.</param>
    /// <param name="weight">As given to the forward.</param>
    /// <param name="bias">As given to the forward.</param>
    /// <param name="kept">What the forward kept.</param>
    /// <param name="call">What else the call had.</param>
    /// <param name="outputGradient">The gradient of the output, of any strides.</param>
    Tensor?[] Gradients(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, KernelCall call, Tensor outputGradient);
}
