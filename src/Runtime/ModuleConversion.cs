using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace PbnRewriter.Runtime;

/// <summary>Replaces modules inside a model, wherever modules of it hold them; all of them, or none with an error.</summary>
internal static class ModuleConversion
{
    private const BindingFlags OwnFields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Replaces modules and disposes the replaced ones.</summary>
    /// <typeparam name="TOld">The exact type of the modules to replace.</typeparam>
    /// <typeparam name="TNew">The type of those that take their place.</typeparam>
    /// <param name="model">The model, or a module to replace itself.</param>
    /// <param name="filter">Whether to replace a module, given its path.</param>
    /// <param name="convert">Makes the module that takes the place of one.</param>
    /// <returns>The model, or what took its place.</returns>
    /// <exception cref="InvalidOperationException">Something holds a module that cannot hold its replacement.</exception>
    public static Module Replace<TOld, TNew>(Module model, Func<string, TOld, bool> filter, Func<TOld, TNew> convert)
        where TOld : Module
        where TNew : Module
    {
        if (model is TOld root)
        {
            return filter("", root) ? Conclude(root, convert(root)) : root;
        }

        var modules = model.named_modules().Prepend((name: "", module: model)).ToList();
        var targets = modules
            .Where(entry => entry.module is TOld target && filter(entry.name, target))
            .DistinctBy(entry => entry.module)
            .ToDictionary(entry => entry.module, entry => entry.name);
        var slots = modules
            .DistinctBy(entry => entry.module)
            .SelectMany(entry => SlotsOf(entry.module, entry.name))
            .Where(slot => targets.ContainsKey(slot.Module))
            .ToList();
        var problems = slots
            .Where(slot => !slot.Type.IsAssignableFrom(typeof(TNew)))
            .Select(slot => $"{targets[slot.Module]}: {slot.Holder} holds a {NameOf(slot.Type)} and cannot hold a {typeof(TNew).Name}")
            .Concat(targets
                .Where(target => slots.TrueForAll(slot => slot.Module != target.Key))
                .Select(target => $"{target.Value}: nothing was found that holds it"))
            .Distinct()
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(
                $"Cannot replace {problems.Count} of {targets.Count} {typeof(TOld).Name}, so none was replaced. "
                + $"Declare what holds them as {nameof(BatchNorm)} or Module<Tensor, Tensor>, or leave them out by the "
                + $"filter.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", problems)}");
        }

        var replacements = targets.Keys.ToDictionary(target => target, target => convert((TOld)target));
        foreach (var slot in slots)
        {
            slot.Set(replacements[slot.Module]);
        }

        foreach (var (old, replacement) in replacements)
        {
            Conclude((TOld)old, replacement);
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

    private static TNew Conclude<TOld, TNew>(TOld old, TNew replacement)
        where TOld : Module
        where TNew : Module
    {
        // What still uses it, such as an optimizer of its parameters, shall fail and not go on without effect.
        old.Dispose();
        return replacement;
    }

    /// <summary>The places of a module that hold other modules: its fields, and the elements of collections in them.</summary>
    private static IEnumerable<Slot> SlotsOf(Module module, string path)
    {
        for (var type = module.GetType(); type is not null && type != typeof(object); type = type.BaseType!)
        {
            foreach (var field in type.GetFields(OwnFields))
            {
                var holder = $"field '{field.Name}' of {(path.Length == 0 ? module.GetType().Name : path)}";
                foreach (var slot in SlotsIn(
                    field.GetValue(module), field.FieldType, holder, value => field.SetValue(module, value)))
                {
                    yield return slot;
                }
            }
        }
    }

    private static IEnumerable<Slot> SlotsIn(object? value, Type type, string holder, Action<object> set) => value switch
    {
        Module module => [new Slot(module, type, holder, set)],
        ITuple tuple when value.GetType().IsValueType => SlotsInTuple(tuple, holder, set),
        OrderedDict<string, Module> registered => registered.Keys.SelectMany(key =>
            SlotsIn(registered[key], typeof(Module), holder, replacement => registered[key] = (Module)replacement)),
        IDictionary dictionary => dictionary.Keys.Cast<object>().SelectMany(key =>
            SlotsIn(dictionary[key], ElementType(dictionary, 1), holder, replacement => dictionary[key] = replacement)),
        IList list when !ElementType(list, 0).IsPrimitive => Enumerable.Range(0, list.Count).SelectMany(i =>
            SlotsIn(list[i], ElementType(list, 0), holder, replacement => list[i] = replacement)),
        _ => [],
    };

    private static IEnumerable<Slot> SlotsInTuple(ITuple tuple, string holder, Action<object> set)
    {
        var types = tuple.GetType().GetGenericArguments();
        for (var i = 0; i < Math.Min(tuple.Length, types.Length); i++)
        {
            var item = i;
            foreach (var slot in SlotsIn(tuple[item], types[item], holder, Replace))
            {
                yield return slot;
            }

            // A tuple is a value: the slot receives another one.
            void Replace(object value)
            {
                var items = Enumerable.Range(0, types.Length).Select(k => k == item ? value : tuple[k]).ToArray();
                set(Activator.CreateInstance(tuple.GetType(), items)!);
            }
        }
    }

    private static Type ElementType(object collection, int argument)
    {
        var type = collection.GetType();
        return type.IsArray
            ? type.GetElementType()!
            : type.GetGenericArguments().ElementAtOrDefault(argument) ?? typeof(object);
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private sealed record Slot(Module Module, Type Type, string Holder, Action<object> Set);
}
