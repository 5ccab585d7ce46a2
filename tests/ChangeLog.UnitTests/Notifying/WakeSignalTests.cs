using ChangeLog.Notifying;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Notifying;

public sealed class WakeSignalTests
{
    private readonly WakeSignals _wakeSignals = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_rung_while_the_loop_worked_is_remembered_once()
    {
        var wakeUp = _wakeSignals.For("enrich");
        wakeUp.Ring();
        wakeUp.Ring();

        await wakeUp.WaitAsync(Token);

        wakeUp.WaitAsync(Token).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_loop_that_waits_for_work_is_got_going()
    {
        var wakeUp = _wakeSignals.For("enrich");
        wakeUp.Worked();
        _wakeSignals.Ring([]).ShouldBeTrue("it has worked since it was last asked");
        var waiting = wakeUp.WaitAsync(Token);

        _wakeSignals.Ring([]).ShouldBeFalse();
        _wakeSignals.Ring(["enrich"]).ShouldBeTrue();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task A_loop_that_fails_or_wakes_for_nothing_keeps_no_worker_awake()
    {
        var wakeUp = _wakeSignals.For("enrich");
        _wakeSignals.Ring(["enrich"]).ShouldBeFalse("it does not wait");
        await wakeUp.WaitAsync(Token);
        var waiting = wakeUp.WaitAsync(Token);

        _wakeSignals.Ring(["enrich"]).ShouldBeFalse("it was woken for nothing");
        // it is woken all the same
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }
}
