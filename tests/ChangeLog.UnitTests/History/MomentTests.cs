using System.Globalization;
using ChangeLog.History;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.History;

public sealed class MomentTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    // 00:30 of the next day in Berlin
    private static readonly DateTimeOffset Now = new(2026, 7, 14, 22, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("now", "2026-07-14T22:30:00Z")]
    [InlineData("90s", "2026-07-14T22:28:30Z")]
    [InlineData("15m", "2026-07-14T22:15:00Z")]
    [InlineData("1h", "2026-07-14T21:30:00Z")]
    [InlineData("7d", "2026-07-07T22:30:00Z")]
    [InlineData("2w", "2026-06-30T22:30:00Z")]
    [InlineData("today", "2026-07-14T22:00:00Z")]
    [InlineData("Yesterday", "2026-07-13T22:00:00Z")]
    [InlineData("2026-07-01", "2026-06-30T22:00:00Z")]
    [InlineData("2026-07-01T14:00", "2026-07-01T12:00:00Z")]
    [InlineData("2026-07-01 14:00:05.25", "2026-07-01T12:00:05.25Z")]
    [InlineData("2026-07-01T14:00Z", "2026-07-01T14:00:00Z")]
    [InlineData("2026-07-01 14:00:00+09:00", "2026-07-01T05:00:00Z")]
    [InlineData("2026-07-01 14:00:00+09", "2026-07-01T05:00:00Z")]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:30:00Z")]
    [InlineData("999999w", "0001-01-01T00:00:00Z")]
    public void What_people_write_is_understood(string text, string expected) =>
        Moment.Parse(text, Now, Berlin).ShouldBe(
            DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    [Theory]
    [InlineData("")]
    [InlineData("1y")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("2026-02-30")]
    [InlineData("01/02/2026")]
    [InlineData("tomorrowish")]
    public void Anything_else_is_not(string text) => Moment.Parse(text, Now, Berlin).ShouldBeNull();
}
