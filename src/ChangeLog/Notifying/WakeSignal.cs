using System.Threading.Channels;

namespace ChangeLog.Notifying;

/// <summary>Wakes one loop; signals to a running loop are coalesced.</summary>
/// <param name="timeProvider">Its clock.</param>
/// <param name="lookAgain">Called once a loop that was passed over waits again.</param>
internal sealed class WakeSignal(TimeProvider timeProvider, Action? lookAgain = null)
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Lock _turns = new();

    private volatile bool _isReady;
    private long? _waitingSince;
    private bool _isPassedOver;
    private bool _isHeldBack;
    private bool _hasWorkedSinceWait;
    private int _hasWorked;

    /// <summary>Whether the loop waits for work (not for a retry) and found some when last woken.</summary>
    public bool IsReady => _isReady;

    public void Ring() => _channel.Writer.TryWrite(true);

    /// <summary>Wakes the loop if it has waited since before a look found that it has work.</summary>
    /// <remarks>
    /// Otherwise it is passed over, since most likely what was found is what it was at work on, and the watch is to
    /// look again as soon as it waits.
    /// </remarks>
    /// <param name="looked">When the look began, of the same clock.</param>
    /// <returns>Whether it was woken.</returns>
    public bool Ring(long looked)
    {
        _isHeldBack = false;
        bool isWaiting;
        lock (_turns)
        {
            isWaiting = _waitingSince is not null;
            if (_waitingSince <= looked)
            {
                Ring();
                return true;
            }

            _isPassedOver = !isWaiting;
        }

        if (isWaiting)
        {
            lookAgain?.Invoke();
        }

        return false;
    }

    /// <summary>Called by the watch alone: whether to leave the loop for the next look, never twice in a row.</summary>
    public bool HoldBack() => _isHeldBack = !_isHeldBack;

    /// <summary>Called by the loop alone, after it has done some work.</summary>
    public void Worked()
    {
        _hasWorkedSinceWait = true;
        Interlocked.Exchange(ref _hasWorked, 1);
    }

    /// <summary>Whether the loop has done any work since the last call.</summary>
    public bool TakeWorked() => Interlocked.Exchange(ref _hasWorked, 0) == 1;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _isReady = _hasWorkedSinceWait;
        _hasWorkedSinceWait = false;
        if (BeginWait())
        {
            lookAgain?.Invoke();
        }

        try
        {
            await _channel.Reader.ReadAsync(cancellationToken);
        }
        finally
        {
            _isReady = false;
            lock (_turns)
            {
                _waitingSince = null;
            }
        }
    }

    /// <summary>Waits for a signal, up to a limit.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool BeginWait()
    {
        lock (_turns)
        {
            _waitingSince = timeProvider.GetTimestamp();
            var wasPassedOver = _isPassedOver;
            _isPassedOver = false;
            return wasPassedOver;
        }
    }
}
