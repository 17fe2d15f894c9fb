using Detection.Models;

namespace Detection.Train;

/// <summary>An image and the objects in it.</summary>
/// <param name="Pixels">Red, green and blue, each row by row, about -1 to 1.</param>
internal sealed record LabeledImage(float[] Pixels, IReadOnlyList<LabeledBox> Objects);
