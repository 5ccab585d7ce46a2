using ChangeLog.Hosting;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Hosting;

public sealed class PulseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pulse _pulse;

    public PulseTests() => _pulse = new Pulse(_time);

    [Fact]
    public void Before_the_first_round_it_is_alive_however_long_the_start_takes()
    {
        _time.Advance(TimeSpan.FromHours(1));

        _pulse.IsAlive.ShouldBeTrue();
        _pulse.Behind.ShouldBeNull();
    }

    [Fact]
    public void A_watch_that_does_not_go_round_again_after_its_pause_is_not_alive()
    {
        _pulse.Beat(behind: 0, TimeSpan.FromMinutes(2));

        _time.Advance(TimeSpan.FromSeconds(149));
        _pulse.IsAlive.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(1));
        _pulse.IsAlive.ShouldBeFalse();
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        _pulse.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public void A_watch_that_cannot_look_is_alive_and_waits_for_its_server()
    {
        _pulse.Beat(behind: 2, TimeSpan.Zero);
        _pulse.Beat(behind: null, TimeSpan.FromSeconds(1));

        (_pulse.IsAlive, _pulse.IsServerAway, _pulse.Behind).ShouldBe((true, true, 2));
        _pulse.Beat(behind: 0, TimeSpan.Zero);
        (_pulse.IsAlive, _pulse.IsServerAway, _pulse.Behind).ShouldBe((true, false, 0));
    }
}
