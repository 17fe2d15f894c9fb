using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Models with the layer inside, in TorchSharp's file format: a BatchNorm2d's files are its files.</summary>
[Collection(nameof(Alone))]
public sealed class SerializationTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void SavedModel_LoadsIntoAnotherOfItsKind()
    {
        using var scope = NewDisposeScope();
        using var saved = Trained(Patched(1));
        using var loaded = Patched(2);
        saved.save(_file);
        loaded.load(_file, strict: true);
        Expect.SameState(saved, loaded);
        SameOutputs(saved, loaded);

        // The statistics and the counter came too: training goes on as it would have.
        saved.train();
        loaded.train();
        var x = Images(9);
        Expect.SameBits(saved.forward(x), loaded.forward(x));
        Expect.SameState(saved, loaded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FileOfABatchNorm2dModel_LoadsIntoTheConvertedModelAndBack(bool convertedFirst)
    {
        using var scope = NewDisposeScope();
        using var from = Trained(convertedFirst ? Converted(1) : Plain(1));
        using var to = convertedFirst ? Plain(2) : Converted(2);
        from.save(_file);
        to.load(_file, strict: true);
        Expect.SameState(from, to);
        SameOutputs(from, to);
    }

    [Fact]
    public void FilesOfBothModels_AreTheSameBytes()
    {
        using var scope = NewDisposeScope();
        using var plain = Trained(Plain(1));
        plain.save(_file);
        var before = File.ReadAllBytes(_file);
        pbn.convert_patch_batchnorm(plain);
        plain.save(_file);
        Assert.Equal(before, File.ReadAllBytes(_file));
    }

    [Fact]
    public void StateDict_GoesStrictlyBothWays()
    {
        using var scope = NewDisposeScope();
        using var patched = Trained(Patched(1));
        using var plain = Plain(2);
        Assert.Equal(plain.state_dict().Keys, patched.state_dict().Keys);
        var (missing, unexpected) = plain.load_state_dict(patched.state_dict(), strict: true);
        Assert.Empty(missing.Concat(unexpected));
        Expect.SameState(patched, plain);
        SameOutputs(patched, plain);
        using var again = Patched(3);
        (missing, unexpected) = again.load_state_dict(plain.state_dict(), strict: true);
        Assert.Empty(missing.Concat(unexpected));
        Expect.SameState(plain, again);
    }

    [Fact]
    public void LoadedCounter_EndsTheWarmUp()
    {
        using var scope = NewDisposeScope();
        using var pretrained = nn.Sequential(nn.BatchNorm2d(3));
        for (var step = 0; step < 5; step++)
        {
            pretrained.forward(Images(step));
        }

        pretrained.save(_file);
        using var fresh = nn.Sequential(pbn.PatchBatchNorm2d(3, warmup_batches: 5));
        using var fineTuned = nn.Sequential(pbn.PatchBatchNorm2d(3, warmup_batches: 5));
        using var fromScratch = nn.Sequential(nn.BatchNorm2d(3));
        using var patched = nn.Sequential(pbn.PatchBatchNorm2d(3));
        fineTuned.load(_file, strict: true);
        patched.load(_file, strict: true);
        var x = Images(7);
        Expect.Close(fromScratch.forward(x), fresh.forward(x), 1e-6);
        Expect.SameBits(patched.forward(x), fineTuned.forward(x));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void ModelOfAnotherType_KeepsItThroughAFile(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var saved = pbn.PatchBatchNorm2d(3, dtype: dtype);
        saved.forward(Images(1).to(dtype));
        saved.save(_file);
        using var loaded = pbn.PatchBatchNorm2d(3, dtype: dtype);
        loaded.load(_file, strict: true);
        Expect.SameState(saved, loaded);
        Assert.Equal(dtype, loaded.running_var!.dtype);
    }

    [Fact]
    public void FileThatLacksTheLayersKeys_IsRefusedStrictlyAsByBatchNorm2d()
    {
        using var scope = NewDisposeScope();
        using var bare = pbn.PatchBatchNorm2d(3, affine: false);
        using var plain = nn.BatchNorm2d(3);
        using var whole = pbn.PatchBatchNorm2d(3);
        bare.save(_file);
        Assert.IsType(
            Record.Exception(() => plain.load(_file, strict: true)).GetType(),
            Record.Exception(() => whole.load(_file, strict: true)));
        whole.load(_file, strict: false);
    }

    private static Module Model(int seed, Func<long, Module> norm)
    {
        manual_seed(seed);
        return nn.Sequential(
            ("stem", nn.Sequential(
                ("conv", nn.Conv2d(3, 4, 3, padding: 1, bias: false)), ("bn", norm(4)), ("relu", nn.ReLU()))),
            ("body", nn.Sequential(nn.Conv2d(4, 6, 3, stride: 2), norm(6), nn.ReLU())));
    }

    private static Module Plain(int seed) => Model(seed, channels => nn.BatchNorm2d(channels));

    private static Module Patched(int seed) => Model(seed, channels => pbn.PatchBatchNorm2d(channels));

    private static Module Converted(int seed) => (Module)pbn.convert_patch_batchnorm(Plain(seed));

    private static Module Trained(Module model)
    {
        for (var step = 0; step < 3; step++)
        {
            model.forward(Images(step)).square().mean().backward();
            using var noGradient = no_grad();
            foreach (var parameter in model.parameters())
            {
                parameter.sub_(parameter.grad! * 0.1);
            }
        }

        return model;
    }

    private static Tensor Images(int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([2, 3, 9, 9], generator: generator) + seed;
    }

    private static void SameOutputs(Module expected, Module actual)
    {
        expected.eval();
        actual.eval();
        var x = Images(4);
        Expect.SameBits(expected.forward(x), actual.forward(x));
    }
}
