namespace Detection.Train;

/// <summary>What there is to detect; the values are the network's classes.</summary>
internal enum ShapeKind
{
    Disc,
    Square,
    Triangle,
}
