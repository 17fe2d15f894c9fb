using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>Replaces modules inside a model, wherever the model holds them; all of them, or none with an error.</summary>
internal static class ModuleConversion
{
    /// <summary>Replaces modules and disposes the replaced ones.</summary>
    /// <typeparam name="TOld">The exact type of the modules to replace.</typeparam>
    /// <typeparam name="TNew">The type of those that take their place.</typeparam>
    /// <param name="model">The model, or a module to replace itself.</param>
    /// <param name="filter">Whether to replace a module, given its path.</param>
    /// <param name="convert">Makes the module that takes the place of one.</param>
    /// <returns>The model, or what took its place.</returns>
    /// <exception cref="InvalidOperationException">Something holds a module that cannot hold its replacement.</exception>
    public static nn.Module Replace<TOld, TNew>(
        nn.Module model, Func<string, TOld, bool> filter, Func<TOld, TNew> convert)
        where TOld : nn.Module
        where TNew : nn.Module
    {
        if (model is TOld root)
        {
            if (!filter("", root))
            {
                return root;
            }

            var replacement = convert(root);
            root.Dispose();
            return replacement;
        }

        var modules = model.named_modules().Prepend((name: "", module: model)).DistinctBy(entry => entry.module).ToList();
        var targets = modules
            .Where(entry => entry.module is TOld target && filter(entry.name, target))
            .ToDictionary(entry => (TOld)entry.module, entry => entry.name);
        var holders = new ModuleHolders<TOld>(targets.Keys);
        foreach (var (path, module) in modules.Where(entry => entry.module is not TOld))
        {
            holders.Visit(module, path.Length == 0 ? module.GetType().Name : path);
        }

        var problems = holders.Found
            .Where(holder => !holder.CanHold(typeof(TNew)))
            .Select(holder => (holder.Module, Reason: holder.WhyNot(typeof(TNew))))
            .Concat(targets.Keys
                .Except(holders.Found.Select(holder => holder.Module))
                .Select(module => (module, "nothing was found that holds it")))
            .DistinctBy(problem => problem.Item1)
            .Select(problem => $"{targets[problem.Item1]}: {problem.Item2}")
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(
                $"Cannot replace {problems.Count} of {targets.Count} {typeof(TOld).Name}, so none was replaced. "
                + $"Declare what holds them as {nameof(BatchNorm)} or Module<Tensor, Tensor>, or leave them out by the "
                + $"filter.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", problems)}");
        }

        var replacements = targets.Keys.ToDictionary(target => target, convert);
        foreach (var holder in holders.Found)
        {
            holder.Set(replacements[holder.Module]);
        }

        // What still uses them, such as an optimizer of their parameters, shall fail and not go on without effect.
        foreach (var target in targets.Keys)
        {
            target.Dispose();
        }

        return model;
    }

    /// <summary>Copies what a module has beside its class: parameters, buffers, momentum and mode.</summary>
    public static T CopyState<T>(BatchNorm from, T to)
        where T : BatchNorm
    {
        using var noGradient = no_grad();
        to.momentum = from.momentum;
        if (from.affine)
        {
            to.weight = Copy(from.weight);
            to.bias = Copy(from.bias!);
        }

        if (from.track_running_stats)
        {
            to.running_mean = from.running_mean?.clone();
            to.running_var = from.running_var?.clone();
            to.num_batches_tracked = from.num_batches_tracked?.clone();
        }

        to.train(from.training);
        return to;

        static Parameter Copy(Parameter parameter)
        {
            using var scope = NewDisposeScope();
            var copy = nn.Parameter(parameter.detach().clone(), parameter.requires_grad);
            copy.DetachFromDisposeScope();
            return copy;
        }
    }
}
