namespace Retrieval.Data;

/// <summary>Individuals and the cameras that see them. The same seed gives the same photographs.</summary>
public sealed class World
{
    private const int Cameras = 4;

    private readonly Random random;
    private readonly Camera[] cameras;
    private readonly Figure[] trained;
    private readonly Figure[] unseen;

    public World(int seed, int trainedIdentities, int unseenIdentities)
    {
        random = new Random(seed);
        cameras = new Camera[Cameras];
        for (int number = 0; number < cameras.Length; number++)
        {
            cameras[number] = new Camera(number, random);
        }

        trained = CreateFigures(trainedIdentities);
        unseen = CreateFigures(unseenIdentities);
    }

    /// <summary>The individuals to train on, numbered from 0.</summary>
    public int TrainedIdentities
    {
        get { return trained.Length; }
    }

    /// <summary>A batch for losses that compare images: P individuals, and K photographs of each by any camera.</summary>
    /// <param name="identities">P, at most <see cref="TrainedIdentities"/>.</param>
    /// <param name="instances">K.</param>
    public Photograph[] Sample(int identities, int instances)
    {
        int[] drawn = Enumerable.Range(0, trained.Length).ToArray();
        random.Shuffle(drawn);
        List<Photograph> photographs = new List<Photograph>();
        foreach (int identity in drawn.Take(identities))
        {
            for (int instance = 0; instance < instances; instance++)
            {
                Camera camera = cameras[random.Next(cameras.Length)];
                photographs.Add(camera.Take(identity, trained[identity], random));
            }
        }

        return photographs.ToArray();
    }

    /// <summary>Photographs of the individuals that are in no batch, some by each camera.</summary>
    public Photograph[] PhotographUnseen(int perCamera, int seed)
    {
        Random own = new Random(seed);
        List<Photograph> photographs = new List<Photograph>();
        for (int identity = 0; identity < unseen.Length; identity++)
        {
            foreach (Camera camera in cameras)
            {
                for (int i = 0; i < perCamera; i++)
                {
                    photographs.Add(camera.Take(identity, unseen[identity], own));
                }
            }
        }

        return photographs.ToArray();
    }

    private Figure[] CreateFigures(int count)
    {
        Figure[] figures = new Figure[count];
        for (int i = 0; i < count; i++)
        {
            figures[i] = new Figure(random);
        }

        return figures;
    }
}
