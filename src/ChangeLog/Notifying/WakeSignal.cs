using System.Threading.Channels;

namespace ChangeLog.Notifying;

/// <summary>Wakes one loop; signals to a running loop are coalesced.</summary>
internal sealed class WakeSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile bool _isReady;
    private bool _hasWorkedSinceWait;
    private int _hasWorked;

    /// <summary>Whether the loop waits for work (not for a retry) and found some when last woken.</summary>
    public bool IsReady => _isReady;

    public void Ring() => _channel.Writer.TryWrite(true);

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
        try
        {
            await _channel.Reader.ReadAsync(cancellationToken);
        }
        finally
        {
            _isReady = false;
        }
    }

    /// <summary>Waits for a signal, up to a limit.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
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
}
