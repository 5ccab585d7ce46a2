namespace ChangeLog.Notifying;

/// <summary>
/// Connects the LISTEN connection with the watch: whether it listens, and that something was announced.
/// </summary>
internal sealed class ListenSignal(TimeProvider timeProvider)
{
    private readonly WakeSignal _rung = new();
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _isHeard;

    /// <summary>Whether somebody listens: else the watch has to poll.</summary>
    public bool IsHeard => _isHeard;

    /// <summary>Completes when writers may ring, which in mode Never they do not.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>Writers may ring: from now on somebody should listen.</summary>
    public void Want() => _wanted.TrySetResult();

    /// <summary>Something was announced, or may have been.</summary>
    public void Ring() => _rung.Ring();

    /// <summary>Somebody has begun or ceased to listen; either is a reason to look.</summary>
    public void Hear(bool isHeard)
    {
        _isHeard = isHeard;
        Ring();
    }

    /// <summary>Waits until it rings, but no longer than that.</summary>
    /// <returns>Whether it rang.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _rung.WaitAsync(limit, timeProvider, cancellationToken);
}
