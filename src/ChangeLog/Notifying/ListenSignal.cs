namespace ChangeLog.Notifying;

/// <summary>Connects the listener with the watch: whether it is listening, and that it was notified.</summary>
internal sealed class ListenSignal(TimeProvider timeProvider)
{
    private readonly WakeSignal _rung = new(timeProvider);
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _isHeard;
    private bool _isNews;

    /// <summary>Whether the listener is connected; otherwise the watch has to poll.</summary>
    public bool IsHeard => _isHeard;

    /// <summary>Completes when writers may notify, which in mode Never they do not.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>Writers may notify: the listener should connect.</summary>
    public void Want() => _wanted.TrySetResult();

    /// <summary>Something was committed, or may have been.</summary>
    public void Ring()
    {
        _isNews = true;
        _rung.Ring();
    }

    /// <summary>Nothing new is known of: the watch is to look all the same.</summary>
    public void LookAgain() => _rung.Ring();

    /// <summary>Whether anything was rung for since the last call.</summary>
    public bool TakeNews() => Interlocked.Exchange(ref _isNews, false);

    /// <summary>The listener has connected or disconnected; either is a reason to look.</summary>
    public void Hear(bool isHeard)
    {
        _isHeard = isHeard;
        Ring();
    }

    /// <summary>Waits for a signal of either kind, up to a limit.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _rung.WaitAsync(limit, cancellationToken);
}
