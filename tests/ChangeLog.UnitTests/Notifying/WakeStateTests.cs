using ChangeLog.Notifying;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Notifying;

public sealed class WakeStateTests
{
    private static readonly TimeSpan Asleep = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly WakeState _wakefulness;
    private const ulong Drawn = 100;


    // until when writers take the worker for awake, as the doorbell says
    private TimeSpan _awakeUntil;
    private TimeSpan _now;

    public WakeStateTests() => _wakefulness = new WakeState(
        new WatchPace(Milliseconds(3), Milliseconds(10), Milliseconds(50), Asleep), _time);

    [Fact]
    public void Commits_a_tenth_of_a_second_apart_wake_nobody()
    {
        for (var i = 0; i < 10; i++)
        {
            _wakefulness.Waited(Milliseconds(101), isNews: true);
            Look(found: true).ShouldBe(new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
        }

        _wakefulness.IsAwake.ShouldBeFalse();
    }

    [Fact]
    public void One_commit_that_is_found_until_all_have_handled_it_wakes_nobody_however_long_that_takes()
    {
        _wakefulness.Waited(TimeSpan.Zero, isNews: true);
        for (var i = 0; i < 100; i++)
        {
            Look(found: true).ShouldBe(new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
            Advance(Milliseconds(20));
            _wakefulness.Waited(Milliseconds(20), isNews: false);
        }

        _wakefulness.IsAwake.ShouldBeFalse();
    }

    [Fact]
    public void Commits_that_give_no_handler_work_wake_nobody()
    {
        for (var i = 0; i < 10; i++)
        {
            _wakefulness.Waited(TimeSpan.Zero, isNews: true);
            Look(found: false);
        }

        Look(found: true);
        _wakefulness.IsAwake.ShouldBeFalse();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3000)]
    public void The_third_commit_in_a_row_keeps_it_awake_and_looking_however_long_handling_one_takes(int handling)
    {
        WakeUp(Milliseconds(handling)).ShouldBe(
            new WatchStep(WatchAction.StayAwake, Milliseconds(3), WakesOnRing: false));

        _wakefulness.IsAwake.ShouldBeTrue();
    }

    [Fact]
    public void Asleep_again_it_takes_another_run_to_wake_it()
    {
        WakeUp();
        Advance(Milliseconds(1000));
        Look(found: false);
        Look(found: false, oldestRunning: 101).WakesOnRing.ShouldBeTrue();

        _wakefulness.IsInARow.ShouldBeFalse();
        _wakefulness.Waited(TimeSpan.Zero, isNews: true);
        Look(found: true).Act.ShouldBe(WatchAction.Nothing);
    }

    [Fact]
    public void The_lease_is_renewed_when_half_of_it_has_passed_and_not_before()
    {
        WakeUp();
        var renewals = new List<TimeSpan>();
        for (var i = 0; i < 400; i++)
        {
            Advance(Milliseconds(5));
            if (Look(found: true).Act == WatchAction.StayAwake)
            {
                renewals.Add(_now);
            }
        }

        renewals.Zip(renewals.Skip(1), (one, next) => next - one).ShouldAllBe(between => between == Milliseconds(505));
        renewals.Count.ShouldBe(3);
    }

    [Fact]
    public void Awake_it_looks_ever_less_often_but_always_before_a_writer_would_notice()
    {
        WakeUp();

        var pauses = Enumerable.Range(0, 6).Select(_ => Look(found: false).Pause.TotalMilliseconds);

        pauses.ShouldBe([4.5, 6.75, 10, 10, 10, 10]);
    }

    [Fact]
    public void Falling_asleep_it_looks_until_the_lease_has_passed_and_every_older_transaction_has_ended()
    {
        WakeUp();
        Advance(Milliseconds(260));
        var passing = Look(found: false);
        passing.Act.ShouldBe(WatchAction.Nothing);
        passing.Pause.ShouldBeLessThanOrEqualTo(Milliseconds(10));

        Advance(Milliseconds(740));
        Look(found: false).Act.ShouldBe(WatchAction.DrawId);
        Look(found: false, oldestRunning: 90).Pause.ShouldBeLessThanOrEqualTo(Milliseconds(50));
        Look(found: false, oldestRunning: 100).Pause.ShouldBeLessThanOrEqualTo(Milliseconds(50));

        Look(found: false, oldestRunning: 101).ShouldBe(new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
    }

    [Fact]
    public void For_an_older_transaction_that_does_not_end_it_looks_twice_as_often_until_it_has()
    {
        WakeUp();
        Advance(Milliseconds(260));
        Look(found: false);
        Advance(Milliseconds(740));
        Look(found: false).Act.ShouldBe(WatchAction.DrawId);
        Advance(Milliseconds(501));

        Look(found: false, oldestRunning: 90).ShouldBe(
            new WatchStep(WatchAction.Nothing, Asleep / 2, WakesOnRing: true));
        Look(found: false, oldestRunning: 101).ShouldBe(new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
        Look(found: false, oldestRunning: 90).Pause.ShouldBe(Asleep);
    }

    [Fact]
    public void A_find_while_it_falls_asleep_wakes_it_again()
    {
        WakeUp();
        Advance(Milliseconds(1000));
        Look(found: false).Act.ShouldBe(WatchAction.DrawId);

        Look(found: true).Act.ShouldBe(WatchAction.StayAwake);
    }

    [Fact]
    public void Where_another_worker_stays_awake_it_may_sleep()
    {
        WakeUp();
        Advance(Milliseconds(260));
        Look(found: false);
        Advance(Milliseconds(300));
        _awakeUntil = _now + WakeState.Lease;

        Look(found: false).ShouldBe(new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
    }

    [Theory]
    [InlineData(nameof(NotificationMode.Never), true)]
    [InlineData(nameof(NotificationMode.Never), false)]
    [InlineData(nameof(NotificationMode.WhenIdle), false)]
    [InlineData(nameof(NotificationMode.Always), false)]
    public void Where_nobody_can_ring_it_polls(string name, bool isHeard)
    {
        var mode = Enum.Parse<NotificationMode>(name);
        Look(found: true, mode: mode, isHeard: isHeard).ShouldBe(
            new WatchStep(WatchAction.Nothing, Milliseconds(3), false));

        Enumerable.Range(0, 200).Select(_ => Look(found: false, mode: mode, isHeard: isHeard)).ToList()[^1]
            .ShouldBe(new WatchStep(WatchAction.Nothing, Milliseconds(50), WakesOnRing: false));
    }

    [Fact]
    public void Where_every_transaction_rings_it_never_says_that_it_is_awake()
    {
        for (var i = 0; i < 10; i++)
        {
            Look(found: true, mode: NotificationMode.Always).ShouldBe(
                new WatchStep(WatchAction.Nothing, Asleep, WakesOnRing: true));
        }
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private WatchStep WakeUp(TimeSpan handling = default)
    {
        for (var i = 0; i < 2; i++)
        {
            _wakefulness.Waited(Milliseconds(100), isNews: true);
            Look(found: true).Act.ShouldBe(WatchAction.Nothing);
            Advance(handling);
        }

        _wakefulness.Waited(Milliseconds(100), isNews: true);
        return Look(found: true);
    }

    private void Advance(TimeSpan by)
    {
        _now += by;
        _time.Advance(by);
    }

    private WatchStep Look(
        bool found,
        ulong oldestRunning = 1,
        NotificationMode mode = NotificationMode.WhenIdle,
        bool isHeard = true)
    {
        var awakeFor = _awakeUntil > _now ? _awakeUntil - _now : TimeSpan.Zero;
        var step = _wakefulness.Next(
            new Look([], HasUnannounced: false, mode, awakeFor, oldestRunning), found, isHeard);
        switch (step.Act)
        {
            case WatchAction.StayAwake:
                _awakeUntil = _now + WakeState.Lease;
                break;
            case WatchAction.DrawId:
                _wakefulness.Drew(Drawn);
                break;
        }

        return step;
    }
}
