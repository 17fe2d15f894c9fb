namespace Retrieval.Data;

/// <summary>
/// An individual: what stays the same in all its photographs. Colours come from few, so individuals share many of them
/// and differ in how they combine.
/// </summary>
public sealed class Figure
{
    private static readonly Colour[] Fabrics = new Colour[]
    {
        new Colour(0.85f, 0.15f, 0.15f),
        new Colour(0.15f, 0.65f, 0.25f),
        new Colour(0.15f, 0.25f, 0.80f),
        new Colour(0.90f, 0.80f, 0.20f),
        new Colour(0.90f, 0.90f, 0.90f),
        new Colour(0.12f, 0.12f, 0.12f),
    };

    private readonly Colour hair;
    private readonly Colour shirt;
    private readonly Colour print;
    private readonly Colour trousers;
    private readonly Pattern pattern;
    private readonly float width;
    private readonly float hem;

    public Figure(Random random)
    {
        hair = Fabrics[random.Next(Fabrics.Length)];
        shirt = Fabrics[random.Next(Fabrics.Length)];
        print = Fabrics[random.Next(Fabrics.Length)];
        trousers = Fabrics[random.Next(Fabrics.Length)];
        pattern = (Pattern)random.Next(Enum.GetValues<Pattern>().Length);
        width = 0.22f + 0.12f * random.NextSingle();
        hem = 0.50f + 0.15f * random.NextSingle();
    }

    /// <summary>The colour at a point of the upright figure, or null beside it.</summary>
    /// <param name="x">From -0.5 at its right hand to 0.5 at its left.</param>
    /// <param name="y">From 0 at the top of its head to 1 at its feet.</param>
    public Colour? At(float x, float y)
    {
        float side = MathF.Abs(x);
        if (y < 0 || y > 1)
        {
            return null;
        }

        if (y < 0.2f)
        {
            bool isInHead = x * x + (y - 0.1f) * (y - 0.1f) < 0.01f;
            return !isInHead ? null : y < 0.09f ? hair : new Colour(0.80f, 0.60f, 0.50f);
        }

        if (y < hem)
        {
            return side > width ? null : IsPrinted(x, y) ? print : shirt;
        }

        bool isInLeg = side > 0.03f && side < 0.75f * width;
        return isInLeg ? trousers : null;
    }

    private bool IsPrinted(float x, float y)
    {
        bool isInColumn = MathF.Sin(x * 40) > 0;
        bool isInRow = MathF.Sin(y * 50) > 0;
        return pattern switch
        {
            Pattern.Hoops => isInRow,
            Pattern.Stripes => isInColumn,
            Pattern.Checks => isInRow != isInColumn,
            Pattern.Dots => isInRow && isInColumn,
            _ => false,
        };
    }
}
