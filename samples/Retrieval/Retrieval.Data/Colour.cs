namespace Retrieval.Data;

/// <summary>The light of a point, each part from 0 to 1.</summary>
public readonly record struct Colour(float Red, float Green, float Blue)
{
    public static Colour Random(Random random)
    {
        return new Colour(random.NextSingle(), random.NextSingle(), random.NextSingle());
    }
}
