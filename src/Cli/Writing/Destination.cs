namespace PbnRewriter.Cli.Writing;

/// <summary>Where the changed files go.</summary>
internal enum Destination
{
    Disk,
    Nowhere,
    Diff,
}
