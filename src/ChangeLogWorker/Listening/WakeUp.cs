using System.Threading.Channels;

namespace ChangeLogWorker.Listening;

/// <summary>Wakes one loop; rung while the loop is awake it is remembered once.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile bool _isWaiting;
    private int _hasWorked;

    /// <summary>Whether the loop waits, and is not at work or waiting to try again.</summary>
    public bool IsWaiting => _isWaiting;

    public void Ring() => _channel.Writer.TryWrite(true);

    /// <summary>The loop has got something done.</summary>
    public void Worked() => Interlocked.Exchange(ref _hasWorked, 1);

    /// <summary>Whether the loop has got something done since the last call.</summary>
    public bool TakeWorked() => Interlocked.Exchange(ref _hasWorked, 0) == 1;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _isWaiting = true;
        try
        {
            await _channel.Reader.ReadAsync(cancellationToken);
        }
        finally
        {
            _isWaiting = false;
        }
    }

    /// <summary>Waits to be rung, but no longer than that.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // nobody has rung
        }
    }
}
