using System.Runtime.Loader;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CrossDomain.Networks;

/// <summary>
/// The networks of one variant. Every variant's library has the same name, so each is loaded into a context of its own; what
/// they share with this program, TorchSharp above all, comes from the program.
/// </summary>
internal sealed class NetworkLibrary
{
    private readonly Func<string, int, Module<Tensor, Tensor>> create;
    private readonly Func<Module, int> freeze;

    private NetworkLibrary(Type networks)
    {
        create = networks.GetMethod(nameof(Create))!.CreateDelegate<Func<string, int, Module<Tensor, Tensor>>>();
        freeze = networks.GetMethod(nameof(Freeze))!.CreateDelegate<Func<Module, int>>();
    }

    public static NetworkLibrary Load(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var context = new AssemblyLoadContext(path);
        context.Resolving += (_, name) =>
            Path.Combine(folder, name.Name + ".dll") is var beside && File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
        return new NetworkLibrary(context.LoadFromAssemblyPath(path).GetType("CrossDomain.Models.Networks", throwOnError: true)!);
    }

    public Module<Tensor, Tensor> Create(string name, int classes)
    {
        try
        {
            return create(name, classes);
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
    }

    /// <summary>From now on the network normalizes by its accumulated statistics.</summary>
    public void Freeze(Module network) => freeze(network);
}
