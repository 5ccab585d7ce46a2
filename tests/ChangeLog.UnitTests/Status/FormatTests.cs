using System.Globalization;
using ChangeLog.Status;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Status;

public sealed class FormatTests
{
    private static readonly TimeZoneInfo Berlin =
        TimeZoneInfo.CreateCustomTimeZone("Berlin", TimeSpan.FromHours(1), "Berlin", "Berlin");

    [Theory]
    [InlineData("2026-11-03T08:00Z", "2026-11-30T07:00Z", "from 2026-11-03 to today (27 days)")]
    [InlineData("2026-11-28T22:59Z", "2026-11-28T23:01Z", "from 2026-11-28 to 2026-11-29 (1 day)")]
    [InlineData("2026-11-28T08:00Z", "2026-11-28T09:00Z", "from 2026-11-28")]
    [InlineData("2026-11-29T23:01Z", "2026-11-30T09:00Z", "from today")]
    public void A_period_is_written_in_days_of_the_persons_time_zone(string from, string until, string days) =>
        Format.OfDays(At(from), At(until), At("2026-11-30T12:00Z"), Berlin).ShouldBe(days);

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
