namespace CrossDomain.Data;

/// <summary>Whether a source has what an experiment will ask it for: to be found out before hours of runs, and not after.</summary>
internal static class RequiredImages
{
    /// <exception cref="InputException">Images are missing.</exception>
    public static void Check(IImageSource source, Settings settings)
    {
        if (settings.Start == Start.Pretrained)
        {
            CheckSources(Phase.Pretraining, settings.PretrainingClasses);
            CheckClasses(Phase.Pretraining, settings.PretrainingClasses);
        }

        if (settings.LearningRates.Count > 1)
        {
            CheckSources(Phase.Development, settings.Classes);
        }

        CheckSources(Phase.Final, settings.Classes);
        CheckClasses(Phase.Final, settings.Classes);
        foreach (var domain in settings.HeldOut)
        {
            Check(domain, settings.Classes, Phase.Final, Split.All);
        }

        void CheckSources(Phase phase, IReadOnlyList<string> classes)
        {
            foreach (var domain in settings.Sources)
            {
                Check(domain, classes, phase, Split.Train);
                Check(domain, classes, phase, Split.Test);
            }
        }

        void CheckClasses(Phase phase, IReadOnlyList<string> classes)
        {
            if (classes.FirstOrDefault(name => !settings.Sources.Any(domain => Has(domain, [name], phase, Split.Train))) is { } missing)
            {
                throw new InputException($"The source domains have no image of {missing} to train with.");
            }
        }

        void Check(string domain, IReadOnlyList<string> classes, Phase phase, Split split)
        {
            if (!Has(domain, classes, phase, split))
            {
                throw new InputException(
                    $"{domain} has no image for {phase}, {split}. Of each class a fifth is for development and the rest for the final runs, and of "
                    + "each part a fifth for testing: choosing a learning rate takes 25 images of a class; with one rate in --learning-rates it is not chosen.");
            }
        }

        bool Has(string domain, IReadOnlyList<string> classes, Phase phase, Split split) =>
            source.Has(new ImageQuery(domain, classes, phase, split, Seed: 0, Most: 1));
    }
}
