namespace PbnRewriter.Packages.Tests;

/// <summary>The packages, which are made once a test run, and what a user does with them.</summary>
public sealed class Packages : IAsyncLifetime
{
    private Task<UserJourney>? journey;
    private Task<Lightbulb>? editor;

    /// <summary>Made by the command of CONTRIBUTING.md.</summary>
    internal PackedCopy Copy { get; private set; } = null!;

    /// <summary>Made of the same files in another folder, one package after the other.</summary>
    internal PackedCopy Again { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var copies = await Task.WhenAll(
            PackedCopy.MakeAsync("first", ["pack", "PbnRewriter.sln"]),
            PackedCopy.MakeAsync("again in another folder", ["pack", "src/Cli"], ["pack", "src/Runtime"]));
        (Copy, Again) = (copies[0], copies[1]);
    }

    internal Task<UserJourney> JourneyAsync() => journey ??= UserJourney.MakeAsync(Copy.Feed);

    /// <summary>The user's project, open in an editor.</summary>
    internal Task<Lightbulb> EditorAsync() => editor ??= OpenAsync();

    public Task DisposeAsync()
    {
        if (editor is { IsCompletedSuccessfully: true })
        {
            editor.Result.Dispose();
        }

        if (journey is { IsCompletedSuccessfully: true })
        {
            journey.Result.Dispose();
        }

        Copy?.Dispose();
        Again?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<Lightbulb> OpenAsync() => await Lightbulb.OpenAsync(Path.Combine((await JourneyAsync()).Before, "Trainer.csproj"));
}

/// <summary>The tests that share <see cref="Packages"/>.</summary>
[CollectionDefinition(nameof(Packages))]
public sealed class PackagesCollection : ICollectionFixture<Packages>;
