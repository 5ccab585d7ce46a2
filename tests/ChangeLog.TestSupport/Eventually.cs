using System.Diagnostics;

namespace ChangeLog.TestSupport;

/// <summary>Waits for what another process is about to do, up to a deadline, instead of sleeping.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // nothing waits that long but what never comes, or a machine on which much else runs
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(120);

    public static Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? deadline = null) =>
        ValueAsync(what, condition, value => value, deadline);

    /// <summary>The first value that is right; the last one seen stands in the failure's message.</summary>
    public static async Task<T> ValueAsync<T>(
        string what, Func<Task<T>> read, Predicate<T> isRight, TimeSpan? deadline = null)
    {
        var limit = deadline ?? Deadline;
        var started = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isRight(value))
            {
                return value;
            }

            if (started.Elapsed > limit)
            {
                throw new TimeoutException($"Not so within {limit.TotalSeconds:0.#} s: {what} (last seen: {value})");
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
