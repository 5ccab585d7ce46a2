using ChangeLogWorker.Terminal.Times;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

public sealed class TimeZoneChoiceTests
{
    [Theory]
    [InlineData("Europe/Berlin", "Asia/Tokyo", "America/Lima", "Europe/Berlin")]
    [InlineData(null, "Asia/Tokyo", "America/Lima", "Asia/Tokyo")]
    [InlineData(null, "", "America/Lima", "America/Lima")]
    [InlineData(null, null, "<+02>-2", "UTC")]
    [InlineData(null, null, null, "UTC")]
    public void The_first_that_is_given_counts(string? option, string? setting, string? variable, string expected) =>
        Of(option, setting, variable).Id.ShouldBe(expected);

    [Theory]
    [InlineData("Mars/Olympus", null, "--time-zone Mars/Olympus: ")]
    [InlineData(null, "Mars/Olympus", "ChangeLog:TimeZone Mars/Olympus: ")]
    public void One_that_does_not_exist_is_refused(string? option, string? setting, string beginning)
    {
        var refused = Should.Throw<RefusedException>(() => Of(option, setting, "UTC"));

        refused.ExitCode.ShouldBe(ExitCode.WrongUse);
        refused.Message.ShouldStartWith(beginning + "there is no such time zone on this machine.");
    }

    private static TimeZoneInfo Of(string? option, string? setting, string? variable) => TimeZoneChoice.Of(
        option,
        new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ChangeLog:TimeZone"] = setting,
                ["PGTZ"] = variable,
            })
            .Build(),
        TimeZoneInfo.Utc);
}
