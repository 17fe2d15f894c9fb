namespace Zoo.Layers;

/// <summary><c>using</c> declarations and statements, and layers that are only passed on.</summary>
public static class Disposal
{
    public static string Run()
    {
        using var first = BatchNorm2d(4);
        using BatchNorm2d second = BatchNorm2d(8), third = nn.BatchNorm2d(16);
        using (BatchNorm2d fourth = BatchNorm2d(2))
        {
            return $"disposal {Sum(first, second, third, fourth)} {Describe(BatchNorm2d(32))}";
        }
    }

    private static long Sum(params BatchNorm2d[] norms) => norms.Sum(norm => norm.num_features);

    private static string Describe(Module module) => module switch
    {
        BatchNorm norm => $"{norm.num_features}",
        _ => "other",
    };
}
