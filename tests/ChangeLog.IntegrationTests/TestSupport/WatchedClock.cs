using System.Threading.Channels;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ChangeLog.IntegrationTests.TestSupport;

/// <summary>A clock that moves when a test says so, and says when somebody waits for it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns once for each wait that has begun.</summary>
    public Task WaitedForAsync() => _waits.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Deadline);
}
