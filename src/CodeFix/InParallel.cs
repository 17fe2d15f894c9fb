namespace PbnRewriter.CodeFix;

/// <summary>Does work for each item on as many threads as there are.</summary>
internal static class InParallel
{
    /// <summary>The results, in the order of the items.</summary>
    public static Task<TResult[]> SelectAsync<T, TResult>(
        IEnumerable<T> items, Func<T, Task<TResult>> work, CancellationToken cancellationToken) =>
        Task.WhenAll(items.Select(item => Task.Run(() => work(item), cancellationToken)));
}
