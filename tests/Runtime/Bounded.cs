namespace PbnRewriter.Runtime.Tests;

/// <summary>Exact values, and how far a computed one may be from each.</summary>
internal sealed record Bounded(double[] Values, double[] Errors)
{
    public Bounded(int count)
        : this(new double[count], new double[count])
    {
    }
}
