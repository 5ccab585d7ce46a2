using ChangeLog.Dispatching;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Dispatching;

public sealed class BusyBackoffTests
{
    [Fact]
    public async Task Pauses_double_up_to_a_bound_and_begin_anew_once_the_handler_was_had()
    {
        var time = new RecordingTime();
        var pause = new BusyBackoff(time);
        for (var i = 0; i < 7; i++)
        {
            await pause.WaitAsync(TestContext.Current.CancellationToken);
        }

        pause.Reset();
        await pause.WaitAsync(TestContext.Current.CancellationToken);

        time.Waits.ShouldBe([20, 40, 80, 160, 320, 320, 320, 20]);
    }

    // every wait is over at once
    private sealed class RecordingTime : TimeProvider
    {
        public List<double> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime.TotalMilliseconds);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
