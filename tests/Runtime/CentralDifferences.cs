using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Derivatives of a number by the values of a tensor, from the number a step below and above each.</summary>
internal static class CentralDifferences
{
    private const double Step = 1e-5;

    /// <summary>The derivative by each value of a contiguous float64 tensor, which keeps its values.</summary>
    public static double[] Of(Tensor variable, Func<double> loss)
    {
        using var noGradient = no_grad();
        var values = Expect.Values(variable);
        var differences = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            differences[i] = (LossAt(values[i] + Step) - LossAt(values[i] - Step)) / (2 * Step);
            Set(values[i]);

            double LossAt(double value)
            {
                using var scope = NewDisposeScope();
                Set(value);
                return loss();
            }

            void Set(double value)
            {
                using var element = variable.view(-1).narrow(0, i, 1);
                using var number = tensor([value]);
                element.copy_(number);
            }
        }

        return differences;
    }
}
