namespace Retrieval.Data;

/// <summary>Takes photographs, all in its own light and before its own wall; where the figure stands and leans varies.</summary>
public sealed class Camera
{
    /// <summary>The height of a photograph in pixels.</summary>
    public const int Height = 64;

    /// <summary>The width of a photograph in pixels.</summary>
    public const int Width = 32;

    private readonly Colour wall;
    private readonly Colour light;
    private readonly float distance;

    public Camera(int number, Random random)
    {
        Number = number;
        wall = Colour.Random(random);
        light = new Colour(Between(random, 0.6f, 1.2f), Between(random, 0.6f, 1.2f), Between(random, 0.6f, 1.2f));
        distance = Between(random, 0.95f, 1.25f);
    }

    public int Number { get; }

    public Photograph Take(int identity, Figure figure, Random random)
    {
        float[] pixels = new float[3 * Height * Width];
        float left = Between(random, -0.12f, 0.12f);
        float top = Between(random, -0.1f, 0.1f);
        float size = distance * Between(random, 0.9f, 1.1f);
        float lean = Between(random, -0.15f, 0.15f);
        float facing = random.Next(2) == 0 ? 1 : -1;
        float exposure = Between(random, 0.7f, 1.2f);
        for (int row = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++)
            {
                float y = ((row + 0.5f) / Height - 0.5f - top) * size + 0.5f;
                float x = (((column + 0.5f) / Width - 0.5f - left) * size + lean * (y - 0.5f)) * facing;
                Colour colour = figure.At(x, y) ?? wall;
                int pixel = row * Width + column;
                pixels[pixel] = exposure * light.Red * colour.Red;
                pixels[Height * Width + pixel] = exposure * light.Green * colour.Green;
                pixels[2 * Height * Width + pixel] = exposure * light.Blue * colour.Blue;
            }
        }

        Erase(pixels, random);
        for (int i = 0; i < pixels.Length; i++)
        {
            // To about -1 to 1, with the noise of a sensor.
            pixels[i] = pixels[i] * 2 - 1 + Between(random, -0.15f, 0.15f);
        }

        return new Photograph(identity, Number, pixels);
    }

    // Something stands before the figure, in half of the photographs.
    private static void Erase(float[] pixels, Random random)
    {
        if (random.Next(2) == 0)
        {
            return;
        }

        Colour colour = Colour.Random(random);
        int height = random.Next(6, 20);
        int width = random.Next(6, 14);
        int top = random.Next(Height - height);
        int left = random.Next(Width - width);
        for (int row = top; row < top + height; row++)
        {
            pixels.AsSpan(row * Width + left, width).Fill(colour.Red);
            pixels.AsSpan((Height + row) * Width + left, width).Fill(colour.Green);
            pixels.AsSpan((2 * Height + row) * Width + left, width).Fill(colour.Blue);
        }
    }

    private static float Between(Random random, float low, float high)
    {
        return low + (high - low) * random.NextSingle();
    }
}
