namespace CrossDomain.Data;

/// <summary>Draws a shape in a style. All that varies from image to image is drawn from one generator.</summary>
internal sealed class Drawing(Random random, int size)
{
    private readonly float[] red = new float[size * size];
    private readonly float[] green = new float[size * size];
    private readonly float[] blue = new float[size * size];

    /// <summary>A factor or a share at each position of an image, both from 0 to 1 across it.</summary>
    private delegate float Field(float x, float y);

    private readonly record struct Colour(float Red, float Green, float Blue)
    {
        public Colour Mixed(Colour other, float share) => new(
            Red + share * (other.Red - Red), Green + share * (other.Green - Green), Blue + share * (other.Blue - Blue));
    }

    /// <summary>Draws one image and writes it by channel, row and column.</summary>
    public void Draw(Shape shape, Style style, Span<byte> pixels)
    {
        Paint(shape, style.Surface);
        Light(style.Light);
        Damage(style.Damage);

        var area = size * size;
        for (var i = 0; i < area; i++)
        {
            pixels[i] = Level(red[i]);
            pixels[area + i] = Level(green[i]);
            pixels[2 * area + i] = Level(blue[i]);
        }

        static byte Level(float value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5f);
    }

    private void Paint(Shape shape, string surface)
    {
        // Never cut by the border.
        var radius = Between(0.36f, 0.46f);
        var (cx, cy) = (Between(radius, 1 - radius), Between(radius, 1 - radius));
        var (sin, cos) = MathF.SinCos(Between(-0.5f, 0.5f));
        var (figure, ground) = Colours(surface);
        Field none = static (_, _) => 0;
        var (figureTexture, groundTexture) = surface switch
        {
            "stripes" => (none, Stripes()),
            "checker" => (Checker(), none),
            "clouds" => (Clouds(), Clouds()),
            "clutter" => (none, Clutter()),
            _ => (none, none),
        };
        var shades = (Figure: Shade(figure), Ground: Shade(ground));
        var width = surface is "sketch" or "neon" ? Between(1.2f, 2f) / size : 0;

        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var (x, y) = ((column + 0.5f) / size, (row + 0.5f) / size);
                var (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
                var distance = shape.Distance(cos * dx + sin * dy, cos * dy - sin * dx) * radius;
                var cover = Math.Clamp(0.5f - (width > 0 ? MathF.Abs(distance) - width / 2 : distance) * size, 0, 1);
                Set(row * size + column, ground.Mixed(shades.Ground, groundTexture(x, y)).Mixed(figure.Mixed(shades.Figure, figureTexture(x, y)), cover));
            }
        }
    }

    private (Colour Figure, Colour Ground) Colours(string surface) => surface switch
    {
        "sketch" => (Grey(Between(0, 0.25f)), Grey(Between(0.85f, 1))),
        "neon" => (Hue(1, 1), Grey(Between(0, 0.12f))),
        "pastel" => Apart(() => Hue(Between(0.15f, 0.35f), Between(0.55f, 1)), 0.25f),
        _ => (Hue(Between(0.2f, 1), Between(0.7f, 1)), Hue(Between(0.2f, 1), Between(0.15f, 0.45f))),
    };

    /// <summary>Two colours that differ by at least so much in some channel.</summary>
    private static (Colour Figure, Colour Ground) Apart(Func<Colour> draw, float least)
    {
        while (true)
        {
            var (a, b) = (draw(), draw());
            if (MathF.Max(MathF.Abs(a.Red - b.Red), MathF.Max(MathF.Abs(a.Green - b.Green), MathF.Abs(a.Blue - b.Blue))) >= least)
            {
                return (a, b);
            }
        }
    }

    private static Colour Grey(float level) => new(level, level, level);

    private Colour Hue(float saturation, float value)
    {
        var hue = Between(0, 6);
        return new(Channel(5), Channel(3), Channel(1));

        float Channel(float offset)
        {
            var k = (offset + hue) % 6;
            return value - value * saturation * Math.Clamp(MathF.Min(k, 4 - k), 0, 1);
        }
    }

    /// <summary>A colour for a texture: the given one, darker or lighter.</summary>
    private Colour Shade(Colour colour) => random.Next(2) == 0 ? colour.Mixed(Grey(0), 0.45f) : colour.Mixed(Grey(1), 0.45f);

    private Field Stripes()
    {
        var (sin, cos) = MathF.SinCos(Between(0, MathF.PI));
        var (waves, phase) = (Between(20, 45), Between(0, 6.3f));
        return (x, y) => MathF.Sin((cos * x + sin * y) * waves + phase) > 0 ? 1 : 0;
    }

    private Field Checker()
    {
        var cells = Between(7, 14);
        return (x, y) => ((int)(x * cells) + (int)(y * cells)) % 2;
    }

    /// <summary>Values at the corners of a coarse grid, smoothly joined, and half as much of a finer one.</summary>
    private Field Clouds()
    {
        var (coarse, fine) = (Smooth(4), Smooth(9));
        return (x, y) => (2 * coarse(x, y) + fine(x, y)) / 3;

        Field Smooth(int cells)
        {
            var values = new float[(cells + 1) * (cells + 1)];
            foreach (ref var value in values.AsSpan())
            {
                value = random.NextSingle();
            }

            return (x, y) =>
            {
                var (column, row) = (Math.Min((int)(x * cells), cells - 1), Math.Min((int)(y * cells), cells - 1));
                var (u, v) = (Ease(x * cells - column), Ease(y * cells - row));
                var at = row * (cells + 1) + column;
                var above = values[at] + u * (values[at + 1] - values[at]);
                var below = values[at + cells + 1] + u * (values[at + cells + 2] - values[at + cells + 1]);
                return above + v * (below - above);
            };
        }

        static float Ease(float t) => t * t * (3 - 2 * t);
    }

    /// <summary>Small discs of another shade, scattered behind the shape.</summary>
    private Field Clutter()
    {
        var discs = Enumerable.Range(0, 14).Select(_ => (X: random.NextSingle(), Y: random.NextSingle(), Radius: Between(0.03f, 0.09f))).ToArray();
        return (x, y) =>
        {
            foreach (var disc in discs)
            {
                if ((x - disc.X) * (x - disc.X) + (y - disc.Y) * (y - disc.Y) < disc.Radius * disc.Radius)
                {
                    return 1;
                }
            }

            return 0;
        };
    }

    private void Light(string? light)
    {
        if (light is null)
        {
            return;
        }

        // The dark side keeps about an eighth of the light; the fall lies around the middle.
        var (middle, sharpness) = (Between(0.4f, 0.6f), Between(6, 14));
        Field factor = light switch
        {
            "left" => (x, _) => Fall(x),
            "right" => (x, _) => Fall(1 - x),
            "top" => (_, y) => Fall(y),
            "bottom" => (_, y) => Fall(1 - y),
            "spot" => Spot(),
            _ => Shadow(),
        };
        for (var i = 0; i < red.Length; i++)
        {
            var by = factor((i % size + 0.5f) / size, (i / size + 0.5f) / size);
            Set(i, new(red[i] * by, green[i] * by, blue[i] * by));
        }

        float Fall(float along) => 0.12f + 0.88f / (1 + MathF.Exp(sharpness * (along - middle)));

        Field Spot()
        {
            var (cx, cy, radius) = (Between(0.25f, 0.75f), Between(0.25f, 0.75f), Between(0.25f, 0.4f));
            return (x, y) => 0.12f + 0.88f / (1 + MathF.Exp(sharpness * (MathF.Sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy)) - radius)));
        }

        Field Shadow()
        {
            var (sin, cos) = MathF.SinCos(Between(0, MathF.PI));
            var half = Between(0.12f, 0.22f);
            return (x, y) => MathF.Abs(cos * (x - 0.5f) + sin * (y - 0.5f) - middle + 0.5f) < half ? 0.2f : 1;
        }
    }

    private void Damage(string? damage)
    {
        switch (damage)
        {
            case "blur":
                // Three box filters are close to a Gaussian.
                foreach (var channel in new[] { red, green, blue })
                {
                    for (var pass = 0; pass < 3; pass++)
                    {
                        Box(channel);
                    }
                }

                break;
            case "grain":
                Noise(Between(0.12f, 0.22f));
                break;
            case "fog":
                var veil = Between(0.55f, 0.75f);
                Each(colour => colour.Mixed(Grey(0.9f), veil));
                break;
            case "night":
                var left = Between(0.12f, 0.25f);
                Each(colour => colour.Mixed(Grey(0), 1 - left));
                Noise(0.02f);
                break;
        }
    }

    private void Box(float[] channel)
    {
        var reach = Math.Max(1, size / 32);
        var sums = new float[channel.Length];
        for (var i = 0; i < channel.Length; i++)
        {
            var (row, column) = (i / size, i % size);
            var (sum, count) = (0f, 0);
            for (var r = Math.Max(row - reach, 0); r <= Math.Min(row + reach, size - 1); r++)
            {
                for (var c = Math.Max(column - reach, 0); c <= Math.Min(column + reach, size - 1); c++)
                {
                    sum += channel[r * size + c];
                    count++;
                }
            }

            sums[i] = sum / count;
        }

        sums.CopyTo(channel, 0);
    }

    private void Noise(float deviation)
    {
        for (var i = 0; i < red.Length; i++)
        {
            Set(i, new(red[i] + deviation * Normal(), green[i] + deviation * Normal(), blue[i] + deviation * Normal()));
        }
    }

    private void Each(Func<Colour, Colour> change)
    {
        for (var i = 0; i < red.Length; i++)
        {
            Set(i, change(new(red[i], green[i], blue[i])));
        }
    }

    private void Set(int position, Colour colour) => (red[position], green[position], blue[position]) = (colour.Red, colour.Green, colour.Blue);

    private float Between(float least, float most) => least + (most - least) * random.NextSingle();

    /// <summary>A standard normal number (Box and Muller).</summary>
    private float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
