namespace CrossDomain;

/// <summary>Keeps other processes out of an experiment's folder: two would do the same runs, and write over each other's.</summary>
internal static class FolderLock
{
    public const string FileName = "lock";

    /// <summary>Makes the folder where there is none. It is held until the result is disposed, or the process ends.</summary>
    /// <exception cref="InputException">Another process holds it.</exception>
    public static IDisposable Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new InputException($"Another process works in {folder}. Wait for it to end, or give another --output.");
        }
    }
}
