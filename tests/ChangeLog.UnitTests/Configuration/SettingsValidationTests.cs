using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Configuration;

public sealed class SettingsValidationTests
{
    [Fact]
    public void The_settings_beside_the_program_are_right() =>
        Problems(new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .Build()).ShouldBeEmpty();

    [Fact]
    public void An_unknown_setting_is_named_with_the_nearest_that_exists() =>
        Problems(("ChangeLog:Handlers:PageSiz", "5")).ShouldBe([
            "ChangeLog:Handlers:PageSiz is not a setting (in the environment: ChangeLog__Handlers__PageSiz); "
            + "the nearest that exists is ChangeLog:Handlers:PageSize."]);

    [Fact]
    public void Case_does_not_matter() =>
        Problems(("changelog:HANDLERS:pagesize", "5")).ShouldBeEmpty();

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Problems(
            ("ChangeLog:Handlers:PageSize", "0"),
            ("ChangeLog:Handlers:PositionsPerPage", "many"),
            ("ChangeLog:Reconcile:Interval", "30"),
            ("ChangeLog:InstallOnStart", "ja"),
            ("ChangeLog:Capture", "x")).ShouldBe([
                "ChangeLog:Capture is a section of settings and has no value itself.",
                "ChangeLog:Handlers:PositionsPerPage is 'many', which is not a whole number.",
                "ChangeLog:InstallOnStart is 'ja', which is not true or false.",
                "ChangeLog:Handlers:PageSize must be between 1 and 100000.",
                "ChangeLog:Reconcile:Interval (hh:mm:ss) must be between 00:00:01 and 1.00:00:00.",
            ]);

    [Fact]
    public void Other_sections_are_not_ours_to_judge() =>
        Problems(("Logging:LogLevel:Default", "Debug"), ("ChangeLogOfSomeoneElse:X", "1")).ShouldBeEmpty();

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] settings) =>
        Problems(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build());

    private static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        try
        {
            SettingsValidation.Require(configuration);
            return [];
        }
        catch (SettingsException error)
        {
            return error.Problems;
        }
    }
}
