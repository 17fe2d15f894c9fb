namespace CrossDomain.Data;

/// <summary>How the procedural source draws a domain: a surface, and after it at most one light and one damage.</summary>
/// <param name="Surface">Colours and textures.</param>
/// <param name="Light">How light falls; even where null.</param>
/// <param name="Damage">What happens on the way to the camera; nothing where null.</param>
internal sealed record Style(string Surface, string? Light, string? Damage)
{
    public static IReadOnlyList<string> Surfaces { get; } = ["plain", "pastel", "stripes", "checker", "clouds", "clutter", "sketch", "neon"];

    public static IReadOnlyList<string> Lights { get; } = ["left", "right", "top", "bottom", "spot", "shadow"];

    public static IReadOnlyList<string> Damages { get; } = ["blur", "grain", "fog", "night"];

    /// <summary>Reads <c>surface[+light][+damage]</c>, such as <c>stripes+left+fog</c>.</summary>
    /// <exception cref="InputException">It is not of that form.</exception>
    public static Style Parse(string domain)
    {
        var parts = new Queue<string>(domain.Split('+'));
        var style = new Style(Next(Surfaces) ?? "", Next(Lights), Next(Damages));
        return style.Surface.Length > 0 && parts.Count == 0
            ? style
            : throw new InputException(
                $"There is no domain {domain}. Give surface[+light][+damage]: a surface of {string.Join(", ", Surfaces)}; "
                + $"a light of {string.Join(", ", Lights)}; a damage of {string.Join(", ", Damages)}. Example: stripes+left+fog.");

        string? Next(IReadOnlyList<string> known) =>
            parts.TryPeek(out var part) && known.Contains(part, StringComparer.Ordinal) ? parts.Dequeue() : null;
    }
}
