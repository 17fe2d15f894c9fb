namespace Detection.Models;

/// <summary>An object that the network sees in an image.</summary>
/// <param name="Label">Its class, from 0.</param>
/// <param name="Score">How sure the network is, 0 to 1.</param>
public readonly record struct DetectedBox(Box Box, int Label, float Score);
