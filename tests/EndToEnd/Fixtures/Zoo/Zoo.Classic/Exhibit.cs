using System.Collections.Generic;
using TorchSharp;
using Zoo.Classic.Generated;
using Zoo.Common;
using static TorchSharp.torch;

namespace Zoo.Classic
{
    /// <summary>What the app shows of this project.</summary>
    public static class Exhibit
    {
        public static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Model)> Models()
        {
            yield return (nameof(WindowsBlock), new WindowsBlock(4));
            yield return (nameof(MergedBlock), new MergedBlock(4));
            yield return (nameof(WideTextBlock), new WideTextBlock());
            yield return (nameof(TabbedBlock), new TabbedBlock(4));
            yield return (nameof(SampleModel), new SampleModel());
        }

        public static IEnumerable<string> Observations()
        {
            yield return $"common {NormSummary.Count(new WindowsBlock(4))} {NormSummary.Channels(new SampleModel())}";
            yield return $"kinds {WindowsBlock.Kind(nn.BatchNorm2d(3))} {WindowsBlock.Kind(nn.ReLU())} {WideTextBlock.IsNorm(nn.BatchNorm2d(3))}";
            yield return $"scaffold {new Scaffold().Select(true)} {new Scaffold().Select(false)} {Conditional.Make(4).eps}";
        }
    }
}
