using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// What the backward needs was changed in place after the forward: an exception that can be caught, as with
/// BatchNorm2d; its message cannot be ours, so standard error has the reason. In a process of its own, for an exception
/// that passes through torch's frames ends the process.
/// </summary>
public sealed class InPlaceChangeTests
{
    [Theory]
    [InlineData("input")]
    [InlineData("weight")]
    public void ChangedBetweenForwardAndBackward_IsAnExceptionThatCanBeCaught(string changed)
    {
        var (exitCode, output, error) = ChildProcess.Run(nameof(InPlaceChangeTests), changed);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {error.Split('\n')[0]}");
        Assert.Contains("modified by an inplace operation", error);
        Assert.Contains("The next step is fine.", output);
    }

    /// <summary>Changes the input or the weight of a layer between forward and backward, in this process.</summary>
    /// <returns>The message of the exception, and how the step after went.</returns>
    public static string Change(string changed)
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3);
        var leaf = randn(2, 3, 4, 4).requires_grad_();
        var x = leaf * 1;
        var loss = layer.forward(x).sum();
        using (no_grad())
        {
            (changed == "input" ? x : layer.weight!).add_(1);
        }

        var report = "";
        try
        {
            loss.backward();
        }
        catch (ExternalException error)
        {
            report = error.Message;
        }

        layer.forward(leaf * 1).sum().backward();
        return report + (leaf.grad!.isfinite().all().item<bool>() ? "The next step is fine." : "");
    }
}
