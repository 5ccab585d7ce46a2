using ChangeLog.Dispatching;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Settings;
using ChangeLog.UnitTests.Handlers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Dispatching;

public sealed class RuntimeSettingsTests
{
    private readonly RuntimeSettings _settings = new(
        [new NamedHandler("enrich"), new NamedHandler("index")], Options.Create(new HandlersOptions { PageSize = 700 }),
        Options.Create(new RetryOptions()), NullLogger<RuntimeSettings>.Instance);

    [Fact]
    public void Without_orders_the_configuration_holds_and_every_handler_runs()
    {
        _settings.Apply(null).ShouldBeFalse();

        (_settings.PageSize, _settings.PositionsPerPage, _settings.MaxAttempts).ShouldBe((700, 100_000, 5));
        _settings.IsStopped("enrich").ShouldBeFalse();
    }

    [Fact]
    public void What_is_ordered_holds_until_it_is_taken_back()
    {
        const string Given =
            """
            [{"stopped_handler": "enrich", "setting": null, "value": null, "flag": null},
             {"stopped_handler": null, "setting": "changelog.handlers.page_size", "value": 10},
             {"stopped_handler": null, "setting": "changelog.retry.max_attempts", "value": 1}]
            """;
        _settings.Apply(Given).ShouldBeTrue();
        _settings.Apply(Given).ShouldBeFalse("they are the same");

        (_settings.PageSize, _settings.MaxAttempts, _settings.IsStopped("enrich"), _settings.IsStopped("index"))
            .ShouldBe((10, 1, true, false));

        _settings.Apply(null).ShouldBeTrue();
        (_settings.PageSize, _settings.MaxAttempts, _settings.IsStopped("enrich")).ShouldBe((700, 5, false));
    }

    [Theory]
    [InlineData("\"many\"")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("100000000000")]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_value_that_cannot_be_followed_leaves_what_the_configuration_says(string value)
    {
        _settings.Apply(
            $$"""[{"stopped_handler": null, "setting": "changelog.handlers.page_size", "value": {{value}}}]""")
            .ShouldBeTrue();

        _settings.PageSize.ShouldBe(700);
    }

    [Fact]
    public void A_setting_that_a_running_worker_does_not_take_is_left_alone() =>
        _settings.Apply(
            """[{"stopped_handler": null, "setting": "changelog.handlers.pagesize", "value": 1}]""").ShouldBeTrue();

    [Fact]
    public void A_flag_that_stops_nothing_stops_nothing()
    {
        _settings.Apply(
            """[{"stopped_handler": "enrch", "flag": null}, {"stopped_handler": """
                + """null, "flag": "changelog.handlers.index"}]""")
            .ShouldBeTrue();

        (_settings.IsStopped("enrich"), _settings.IsStopped("enrch"), _settings.IsStopped("index")).ShouldBe(
            (false, false, false));
    }
}
