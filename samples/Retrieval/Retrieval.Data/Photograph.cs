namespace Retrieval.Data;

/// <summary>An image of an individual, as planes of red, green and blue, row by row.</summary>
public sealed record Photograph(int Identity, int Camera, float[] Pixels);
