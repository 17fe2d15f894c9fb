using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Inspection;

/// <summary><c>as</c>, casts, runtime types and LINQ's type tests.</summary>
internal static class ConversionTests
{
    public static long As(nn.Module module)
    {
        var norm = module as BatchNorm2d;
        if (norm == null)
        {
            return -1;
        }

        return norm.num_features;
    }

    public static double? AsConditional(nn.Module module) => (module as BatchNorm2d)?.eps;

    public static bool AsCompared(nn.Module module) => module as BatchNorm2d != null;

    public static long AsField(IDictionary<string, nn.Module> modules)
    {
        if (!modules.TryGetValue("bn", out var found) || (found as BatchNorm2d) is not { } norm)
        {
            return 0;
        }

        return norm.num_features;
    }

    public static long Cast(nn.Module module) => ((BatchNorm2d)module).num_features;

    public static long CastOrNothing(nn.Module module)
    {
        // Of another BatchNorm the rewritten cast would make no exception, which its rewriter documents.
        if (module is BatchNorm1d or BatchNorm3d)
        {
            return -1;
        }

        try
        {
            var norm = (BatchNorm2d)module;
            return norm.num_features;
        }
        catch (InvalidCastException)
        {
            return -1;
        }
    }

    public static bool RuntimeType(nn.Module module) => module.GetType() == typeof(BatchNorm2d);

    public static bool OtherRuntimeType(nn.Module module) => typeof(BatchNorm2d) != module.GetType();

    public static IEnumerable<BatchNorm2d> OfType(nn.Module model) => model.modules().OfType<BatchNorm2d>();

    public static double EpsilonOfFirst(nn.Module model) => model.modules().OfType<BatchNorm2d>().First().eps;

    public static long CastAll(IEnumerable<nn.Module> modules) => modules.Cast<BatchNorm2d>().Sum(norm => norm.num_features);

    public static long LoopThatCasts(IEnumerable<nn.Module> modules)
    {
        var sum = 0L;
        foreach (BatchNorm2d norm in modules)
        {
            sum += norm.num_features;
        }

        return sum;
    }
}
