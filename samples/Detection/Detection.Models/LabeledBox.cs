namespace Detection.Models;

/// <summary>An object that is in an image.</summary>
/// <param name="Label">Its class, from 0.</param>
public readonly record struct LabeledBox(Box Box, int Label);
