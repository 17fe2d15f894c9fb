using System.Text;
using PbnRewriter.Runtime;

class Model
{
    private readonly PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
}