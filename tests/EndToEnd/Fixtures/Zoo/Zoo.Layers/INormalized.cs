namespace Zoo.Layers;

/// <summary>A block whose last layer is a <see cref="BatchNorm2d"/>.</summary>
public interface INormalized
{
    BatchNorm2d Norm { get; }

    double Epsilon => Norm.eps;
}

/// <summary>Makes the layers of a model; see <see cref="torch.nn.BatchNorm2d"/> for the arguments.</summary>
public interface INormFactory
{
    BatchNorm2d Create(long channels);

    bool TryCreate(long channels, out BatchNorm2d? norm);
}

/// <summary>A store of layers of one type.</summary>
public interface INormStore<TNorm>
    where TNorm : Module
{
    TNorm this[int index] { get; }

    event Action<TNorm>? Added;

    void Add(TNorm norm);
}
