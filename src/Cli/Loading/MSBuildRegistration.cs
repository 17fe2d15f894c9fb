using Microsoft.Build.Locator;

namespace PbnRewriter.Cli.Loading;

/// <summary>Makes MSBuild's assemblies come from the .NET SDK, once a process.</summary>
internal static class MSBuildRegistration
{
    private static readonly Lock Gate = new();

    /// <summary>Has to return before any method that touches a type of MSBuild is compiled.</summary>
    public static void Ensure(string folder)
    {
        lock (Gate)
        {
            if (!MSBuildLocator.CanRegister)
            {
                return;
            }

            var instance = MSBuildLocator
                .QueryVisualStudioInstances(new VisualStudioInstanceQueryOptions
                {
                    DiscoveryTypes = DiscoveryType.DotNetSdk,
                    WorkingDirectory = folder,
                })
                .FirstOrDefault()
                ?? throw new RunException(
                    ExitCode.NotLoaded, $"no .NET SDK was found for {folder}. Install one, or check global.json.");
            MSBuildLocator.RegisterInstance(instance);
        }
    }
}
