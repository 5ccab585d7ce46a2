namespace ChangeLog.Dispatching;

/// <summary>Backoff while another worker holds the cursor.</summary>
/// <remarks>Grows during a backlog: the busy worker needs the CPU more than an onlooker.</remarks>
internal sealed class BusyBackoff(TimeProvider timeProvider)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(320);

    private TimeSpan _next = Shortest;

    /// <summary>Call after acquiring the cursor.</summary>
    public void Reset() => _next = Shortest;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_next, timeProvider, cancellationToken);
        _next = _next < Longest ? 2 * _next : Longest;
    }
}
