using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Capture;

public sealed class CaptureSettingsTests
{
    [Fact]
    public void What_is_not_given_says_nothing()
    {
        var settings = Of(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")));

        (settings with { Redaction = null }).ShouldBe(new CaptureSettings());
        settings.Redaction.ShouldSatisfyAllConditions(
            redaction => redaction!.Rules.ShouldBeNull(),
            redaction => redaction!.SwitchedOff.ShouldBeNull(),
            redaction => redaction!.HashKey.ShouldBeNull());
    }

    [Fact]
    public void What_is_given_empty_is_the_default()
    {
        var settings = Of(new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create(
                "ChangeLog:Schemas", (string?)string.Empty), new("ChangeLog:Platform:UsersTable", " ")]));

        settings.Schemas.ShouldBe([]);
        settings.UsersTable.ShouldBe(CaptureSettings.NoUsers);
    }

    [Fact]
    public void What_is_given_is_said()
    {
        var settings = Of(new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("ChangeLog:Capture:FireAlways", (string?)"false"),
            new("ChangeLog:Capture:LogNoOpUpdates", "true"),
            new("ChangeLog:Platform:UsersTable", "\"Users\""),
        ]));

        (settings.FireAlways, settings.LogNoOpUpdates, settings.UsersTable)
            .ShouldBe((false, true, new TableName("public", "Users")));
    }

    private static CaptureSettings Of(IConfigurationBuilder builder)
    {
        using var services = new ServiceCollection().AddChangeLog(builder.Build()).Services.BuildServiceProvider();
        return services.GetRequiredService<CaptureSettings>();
    }
}
