namespace ChangeLog.Notifying;

/// <summary>Connects the listener with the watch: whether it is listening, and that it was notified.</summary>
internal sealed class ListenSignal(TimeProvider timeProvider)
{
    private readonly WakeSignal _rung = new();
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _isHeard;

    /// <summary>Whether the listener is connected; otherwise the watch has to poll.</summary>
    public bool IsHeard => _isHeard;

    /// <summary>Completes when writers may notify, which in mode Never they do not.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>Writers may notify: the listener should connect.</summary>
    public void Want() => _wanted.TrySetResult();

    public void Ring() => _rung.Ring();

    /// <summary>The listener has connected or disconnected; either is a reason to look.</summary>
    public void Hear(bool isHeard)
    {
        _isHeard = isHeard;
        Ring();
    }

    /// <summary>Waits for a signal, up to a limit.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _rung.WaitAsync(limit, timeProvider, cancellationToken);
}
