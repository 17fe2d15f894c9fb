namespace PbnRewriter.Cli.Benchmarks;

/// <summary>The texts of source files, some 60 lines each.</summary>
internal static class GeneratedSource
{
    /// <summary>A file that has nothing to do with tensors.</summary>
    public static string Plain(string project, string name) => $$"""
        using System.Globalization;
        using System.Text;

        namespace {{project}};

        /// <summary>Keeps named amounts.</summary>
        public sealed class {{name}}
        {
            private readonly Dictionary<string, decimal> amounts = new(StringComparer.Ordinal);
            private readonly List<string> log = [];

            public int Count => amounts.Count;

            public decimal this[string key] => amounts.TryGetValue(key, out var amount) ? amount : 0;

            public event EventHandler<string>? Changed;

            public void Add(string key, decimal amount)
            {
                ArgumentNullException.ThrowIfNull(key);
                amounts[key] = this[key] + amount;
                log.Add($"{key}: {amount.ToString(CultureInfo.InvariantCulture)}");
                Changed?.Invoke(this, key);
            }

            public IEnumerable<(string Key, decimal Amount)> Largest(int count) =>
                from pair in amounts
                orderby pair.Value descending, pair.Key
                select (pair.Key, pair.Value) into each
                where each.Value > 0
                select each;

            public string Describe()
            {
                var text = new StringBuilder();
                foreach (var (key, amount) in Largest(10))
                {
                    switch (amount)
                    {
                        case > 1000:
                            text.Append("much ");
                            break;
                        case > 10:
                            text.Append("some ");
                            break;
                        default:
                            text.Append("little ");
                            break;
                    }

                    text.AppendLine(key);
                }

                return text.ToString();
            }

            public {{name}} Merge({{name}} other)
            {
                var merged = new {{name}}();
                foreach (var (key, amount) in amounts.Concat(other.amounts))
                {
                    merged.Add(key, amount);
                }

                return merged;
            }
        }

        """.ReplaceLineEndings("\n");

    /// <summary>A file with a model, in one of several ways to write it.</summary>
    public static string Model(string project, string name, int style) => (style % 4) switch
    {
        0 => Residual(project, name),
        1 => Qualified(project, name),
        2 => Sequential(project, name),
        _ => Helpers(project, name),
    };

    private static string Residual(string project, string name) => $$"""
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace {{project}};

        /// <summary>A residual block.</summary>
        public sealed class {{name}} : Module<Tensor, Tensor>
        {
            private readonly Conv2d conv1;
            private readonly BatchNorm2d bn1;
            private readonly Conv2d conv2;
            private readonly BatchNorm2d bn2;
            private readonly Module<Tensor, Tensor>? downsample;

            public {{name}}(long inputs, long planes, long stride = 1)
                : base(nameof({{name}}))
            {
                conv1 = Conv2d(inputs, planes, 3, stride: stride, padding: 1L, bias: false);
                bn1 = BatchNorm2d(planes); // after the first convolution
                conv2 = Conv2d(planes, planes, 3, padding: 1L, bias: false);
                bn2 = BatchNorm2d(planes, eps: 1e-3);
                if (stride != 1 || inputs != planes)
                {
                    downsample = Sequential(
                        ("conv", Conv2d(inputs, planes, 1, stride: stride, bias: false)),
                        ("bn", BatchNorm2d(planes)));
                }

                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                using var scope = NewDisposeScope();
                var identity = downsample is null ? x : downsample.forward(x);
                var y = functional.relu(bn1.forward(conv1.forward(x)));
                y = bn2.forward(conv2.forward(y));
                return functional.relu(y + identity).MoveToOuterDisposeScope();
            }

            public void Freeze()
            {
                foreach (var module in modules())
                {
                    if (module is BatchNorm2d bn)
                    {
                        bn.eval();
                    }
                }
            }
        }

        """.ReplaceLineEndings("\n");

    private static string Qualified(string project, string name) => $$"""
        using T = TorchSharp.torch;

        namespace {{project}}
        {
            public class {{name}} : T.nn.Module<T.Tensor, T.Tensor>
            {
                private readonly T.nn.Module<T.Tensor, T.Tensor> stem;
                private readonly TorchSharp.Modules.BatchNorm2d norm;

                public {{name}}(int width) : base("{{name}}")
                {
                    stem = T.nn.Conv2d(3, width, 7, stride: 2, padding: 3L);
                    norm = T.nn.BatchNorm2d(
                        width,      // channels
                        momentum: 0.01);
                    RegisterComponents();
                }

                public TorchSharp.Modules.BatchNorm2d Norm
                {
                    get { return norm; }
                }

                public override T.Tensor forward(T.Tensor input)
                {
                    return T.nn.functional.relu(norm.forward(stem.forward(input)));
                }
            }
        }

        """.ReplaceLineEndings("\n");

    private static string Sequential(string project, string name) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace {{project}};

        public class {{name}} : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> features;

            public {{name}}(IReadOnlyList<long> widths)
                : base(nameof({{name}}))
            {
                var layers = new List<(string, Module<Tensor, Tensor>)>();
                for (var index = 1; index < widths.Count; index++)
                {
                    layers.Add(($"conv{index}", Conv2d(widths[index - 1], widths[index], 3, padding: 1L)));
                    layers.Add(($"norm{index}", BatchNorm2d(widths[index])));
                    layers.Add(($"relu{index}", ReLU(inplace: true)));
                }

                features = nn.Sequential(layers);
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => features.forward(x);

            public int Normalizations() => modules().Count(module => module is TorchSharp.Modules.BatchNorm2d);
        }

        """.ReplaceLineEndings("\n");

    private static string Helpers(string project, string name) => $$"""
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace {{project}};

        public static class {{name}}Layers
        {
            public static BatchNorm2d Norm(long channels) => BatchNorm2d(channels, affine: true);

            public static List<BatchNorm2d> Norms(params long[] channels) => channels.Select(Norm).ToList();
        }

        public sealed class {{name}} : Module<Tensor, Tensor>
        {
            private readonly Conv2d conv;
            private readonly List<BatchNorm2d> norms;

            public {{name}}(long channels)
                : base(nameof({{name}}))
            {
                conv = Conv2d(channels, channels, 3, padding: 1L);
                norms = {{name}}Layers.Norms(channels, channels);
                for (var index = 0; index < norms.Count; index++)
                {
                    register_module($"norm{index}", norms[index]);
                }

                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                x = conv.forward(x);
                foreach (BatchNorm2d norm in norms)
                {
                    x = norm.forward(x);
                }

                return x;
            }
        }

        """.ReplaceLineEndings("\n");
}
