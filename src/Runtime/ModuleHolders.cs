using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>
/// Finds what holds modules inside a model: fields of modules, and all that can be reached from them, such as the
/// elements of collections, tuples, objects of the program's own and what functions have captured.
/// </summary>
/// <typeparam name="T">The type of the modules.</typeparam>
/// <param name="targets">The modules.</param>
internal sealed class ModuleHolders<T>(IEnumerable<T> targets)
    where T : nn.Module
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = new();

    private readonly HashSet<T> _targets = [.. targets];
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);
    private readonly List<Holder> _found = [];

    /// <summary>The holders that were found.</summary>
    public IReadOnlyList<Holder> Found => _found;

    /// <summary>Looks into a module, but not into other modules that it holds.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">What messages call it.</param>
    public void Visit(nn.Module module, string name) =>
        VisitFields(module, () => module, writeBack: null, field => $"field '{Plain(field.Name)}' of {name}");

    private void VisitFields(object owner, Func<object> current, Action<object>? writeBack, Func<FieldInfo, string> name)
    {
        foreach (var field in FieldsOf(owner.GetType()))
        {
            VisitValue(
                field.GetValue(owner),
                () => field.GetValue(current())!,
                new Holder(null!, field.FieldType, name(field), IsHashed(field), value =>
                {
                    // A struct is changed in a copy, which then takes its place.
                    var target = current();
                    field.SetValue(target, value);
                    writeBack?.Invoke(target);
                }));
        }
    }

    private void VisitValue(object? value, Func<object> current, Holder holder)
    {
        switch (value)
        {
            case T module when _targets.Contains(module):
                _found.Add(holder with { Module = module });
                return;

            // Modules of the model have their own visit.
            case null or nn.Module or Tensor:
                return;

            case ValueType:
                VisitFields(value, current, holder.Set, _ => holder.Name);
                return;
        }

        if (!_visited.Add(value))
        {
            return;
        }

        if (value is Delegate function)
        {
            foreach (var part in function.GetInvocationList())
            {
                // A function of a module's own cannot become one of another module; one that captured it can.
                VisitValue(part.Target, () => part.Target!, holder with { Type = part.GetType() });
            }
        }
        else if (value is Array array)
        {
            VisitElements(array, holder);
        }
        else
        {
            VisitFields(value, () => value, writeBack: null, _ => holder.Name);
        }
    }

    private void VisitElements(Array array, Holder holder)
    {
        var type = array.GetType().GetElementType()!;
        if (!IsOfInterest(type))
        {
            return;
        }

        var index = new int[array.Rank];
        foreach (var element in array)
        {
            var place = index.ToArray();
            VisitValue(
                element,
                () => array.GetValue(place)!,
                holder with { Type = type, IsHashed = false, Set = value => array.SetValue(value, place) });
            for (var axis = array.Rank - 1; axis >= 0 && ++index[axis] == array.GetLength(axis); axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private static FieldInfo[] FieldsOf(Type type) => s_fields.GetOrAdd(type, static type =>
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && IsOfInterest(level); level = level.BaseType)
        {
            fields.AddRange(level.GetFields(Own).Where(field => IsOfInterest(field.FieldType)));
        }

        return [.. fields];
    });

    /// <summary>Whether a value of the type may hold a module: not text, numbers, handles and what describes code.</summary>
    private static bool IsOfInterest(Type type) =>
        !type.IsPrimitive
        && !type.IsEnum
        && !type.IsPointer
        && !type.IsByRefLike
        && type != typeof(string)
        && !typeof(Tensor).IsAssignableFrom(type)
        && !typeof(MemberInfo).IsAssignableFrom(type)
        && !typeof(Assembly).IsAssignableFrom(type)
        && !typeof(SafeHandle).IsAssignableFrom(type)
        && !typeof(Thread).IsAssignableFrom(type);

    // Sets and the keys of dictionaries are found by hash, which another module would not have.
    private static bool IsHashed(FieldInfo field) =>
        field.DeclaringType is { IsNested: true, DeclaringType: { IsGenericType: true } outer }
        && (outer.GetGenericTypeDefinition() == typeof(HashSet<>)
            || (outer.GetGenericTypeDefinition() == typeof(Dictionary<,>) && field.Name == "key"));

    // The field behind a property is named <property>k__BackingField.
    private static string Plain(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>')] : field;

    /// <summary>A place that holds one of the modules.</summary>
    /// <param name="Module">The module.</param>
    /// <param name="Type">What the place can hold.</param>
    /// <param name="Name">What messages call it.</param>
    /// <param name="IsHashed">Whether the place is found by the hash of what it holds.</param>
    /// <param name="Set">Puts something else there.</param>
    public sealed record Holder(T Module, Type Type, string Name, bool IsHashed, Action<object> Set)
    {
        /// <summary>Whether the place can hold a module of another type.</summary>
        public bool CanHold(Type type) => !IsHashed && Type.IsAssignableFrom(type);

        /// <summary>Why it cannot.</summary>
        public string WhyNot(Type type) => IsHashed
            ? $"{Name} finds it by its hash and cannot hold a {type.Name} instead"
            : $"{Name} holds a {Type.Name.Split('`')[0]} and cannot hold a {type.Name}";
    }
}
