namespace Detection.Models;

/// <summary>A rectangle in pixels from the image's upper left corner; the far sides are not part of it.</summary>
public readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public float Width => Math.Max(0, Right - Left);

    public float Height => Math.Max(0, Bottom - Top);

    public float Area => Width * Height;

    /// <summary>The area that two boxes share over the area of both, 0 to 1.</summary>
    public float IntersectionOverUnion(Box other)
    {
        var shared = new Box(
            Math.Max(Left, other.Left),
            Math.Max(Top, other.Top),
            Math.Min(Right, other.Right),
            Math.Min(Bottom, other.Bottom)).Area;
        var union = Area + other.Area - shared;
        return union > 0 ? shared / union : 0;
    }
}
