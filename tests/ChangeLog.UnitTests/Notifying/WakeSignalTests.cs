using ChangeLog.Notifying;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Notifying;

public sealed class WakeSignalTests
{
    private const string First = "enrich";

    private readonly FakeTimeProvider _time = new();
    private readonly ListenSignal _bell;

    private readonly WakeSignals _wakeSignals;

    public WakeSignalTests()
    {
        _bell = new ListenSignal(_time);
        _wakeSignals = new WakeSignals(_bell, _time);
    }

    private long Now => _time.GetTimestamp();

    private Task<bool> LookedForAsync() =>
        _bell.WaitAsync(Timeout.InfiniteTimeSpan, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

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
        _wakeSignals.Ring([], Now, First).ShouldBeTrue("it has worked since it was last asked");
        var waiting = wakeUp.WaitAsync(Token);

        _wakeSignals.Ring([], Now, First).ShouldBeFalse();
        _wakeSignals.Ring(["enrich"], Now, First).ShouldBeTrue();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task A_loop_that_fails_or_wakes_for_nothing_keeps_no_worker_awake()
    {
        var wakeUp = _wakeSignals.For("enrich");
        _wakeSignals.Ring(["enrich"], Now, First).ShouldBeFalse("it does not wait");
        var waiting = wakeUp.WaitAsync(Token);

        _wakeSignals.Ring(["enrich"], Now, First).ShouldBeFalse("it was woken for nothing");
        // it is woken all the same
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task A_loop_at_work_is_passed_over_and_the_watch_looks_again_when_it_waits()
    {
        var wakeUp = _wakeSignals.For("enrich");
        _wakeSignals.Ring(["enrich"], Now, First);
        var looking = _bell.WaitAsync(Timeout.InfiniteTimeSpan, Token);
        looking.IsCompleted.ShouldBeFalse("it is still at work");

        var waiting = wakeUp.WaitAsync(Token);

        (await looking.WaitAsync(TimeSpan.FromSeconds(30), Token)).ShouldBeTrue();
        waiting.IsCompleted.ShouldBeFalse("what was found may be what it has done");
        _wakeSignals.Ring(["enrich"], Now, First);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Without_a_look_only_a_handler_that_had_work_is_woken()
    {
        var worked = _wakeSignals.For("enrich");
        worked.Worked();
        var one = worked.WaitAsync(Token);
        var other = _wakeSignals.For("activity").WaitAsync(Token);

        _wakeSignals.RingReady("enrich").ShouldBeTrue();
        _wakeSignals.RingReady("activity").ShouldBeFalse();

        await one.WaitAsync(TimeSpan.FromSeconds(30), Token);
        other.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task To_look_again_is_no_news()
    {
        _bell.LookAgain();
        (await LookedForAsync()).ShouldBeTrue();
        _bell.TakeNews().ShouldBeFalse();

        _bell.Ring();
        (await LookedForAsync()).ShouldBeTrue();
        _bell.TakeNews().ShouldBeTrue();
        _bell.TakeNews().ShouldBeFalse();
    }

    [Fact]
    public async Task A_loop_that_has_waited_only_since_the_look_began_is_looked_at_again()
    {
        var began = Now;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var waiting = _wakeSignals.For("enrich").WaitAsync(Token);
        var looking = _bell.WaitAsync(Timeout.InfiniteTimeSpan, Token);

        _wakeSignals.Ring(["enrich"], began, First);

        (await looking.WaitAsync(TimeSpan.FromSeconds(30), Token)).ShouldBeTrue();
        waiting.IsCompleted.ShouldBeFalse("the look may have found what it has done since");
    }

    [Fact]
    public async Task Where_the_first_is_woken_the_others_are_by_the_next_look()
    {
        var first = _wakeSignals.For(First).WaitAsync(Token);
        var other = _wakeSignals.For("index").WaitAsync(Token);

        _wakeSignals.Ring([First, "index"], Now, First);

        await first.WaitAsync(TimeSpan.FromSeconds(30), Token);
        other.IsCompleted.ShouldBeFalse();
        (await LookedForAsync()).ShouldBeTrue("there is to be a next look");

        first = _wakeSignals.For(First).WaitAsync(Token);
        _wakeSignals.Ring([First, "index"], Now, First);

        await first.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await other.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Where_the_first_has_no_work_or_is_at_work_nobody_waits_for_it()
    {
        var other = _wakeSignals.For("index").WaitAsync(Token);
        _wakeSignals.Ring(["index"], Now, First);
        await other.WaitAsync(TimeSpan.FromSeconds(30), Token);

        other = _wakeSignals.For("index").WaitAsync(Token);
        _wakeSignals.Ring([First, "index"], Now, First);
        await other.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public void A_handler_that_the_worker_does_not_run_is_none_of_its_own()
    {
        _wakeSignals.RingReady(First).ShouldBeFalse();

        _wakeSignals.Handlers.ShouldBeEmpty("a look would ask for it, and find it behind for ever");
    }
}
