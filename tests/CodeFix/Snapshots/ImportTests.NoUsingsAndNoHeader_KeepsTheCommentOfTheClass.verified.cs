using PbnRewriter.Runtime;

// The model.
class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }