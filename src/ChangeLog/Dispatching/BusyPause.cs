namespace ChangeLog.Dispatching;

/// <summary>How long to leave a handler alone of which another worker is in the middle of a page.</summary>
/// <remarks>Ever longer while that goes on: who is behind a backlog needs the processor, not a worker that looks over its shoulder.</remarks>
internal sealed class BusyPause(TimeProvider timeProvider)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(320);

    private TimeSpan _next = Shortest;

    /// <summary>The handler was had.</summary>
    public void Reset() => _next = Shortest;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_next, timeProvider, cancellationToken);
        _next = _next < Longest ? 2 * _next : Longest;
    }
}
