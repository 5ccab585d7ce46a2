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
    private readonly RuntimeSettings _orders = new(
        [new NamedHandler("enrich"), new NamedHandler("index")], Options.Create(new HandlersOptions { PageSize = 700 }),
        Options.Create(new RetryOptions()), NullLogger<RuntimeSettings>.Instance);

    [Fact]
    public void Without_orders_the_configuration_holds_and_every_handler_runs()
    {
        _orders.Follow(null).ShouldBeFalse();

        (_orders.PageSize, _orders.PositionsPerPage, _orders.MaxAttempts).ShouldBe((700, 100_000, 5));
        _orders.IsStopped("enrich").ShouldBeFalse();
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
        _orders.Follow(Given).ShouldBeTrue();
        _orders.Follow(Given).ShouldBeFalse("they are the same");

        (_orders.PageSize, _orders.MaxAttempts, _orders.IsStopped("enrich"), _orders.IsStopped("index"))
            .ShouldBe((10, 1, true, false));

        _orders.Follow(null).ShouldBeTrue();
        (_orders.PageSize, _orders.MaxAttempts, _orders.IsStopped("enrich")).ShouldBe((700, 5, false));
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
        _orders.Follow(
            $$"""[{"stopped_handler": null, "setting": "changelog.handlers.page_size", "value": {{value}}}]""")
            .ShouldBeTrue();

        _orders.PageSize.ShouldBe(700);
    }

    [Fact]
    public void A_setting_that_a_running_worker_does_not_take_is_left_alone() =>
        _orders.Follow(
            """[{"stopped_handler": null, "setting": "changelog.handlers.pagesize", "value": 1}]""").ShouldBeTrue();

    [Fact]
    public void A_flag_that_stops_nothing_stops_nothing()
    {
        _orders.Follow(
            """[{"stopped_handler": "enrch", "flag": null}, {"stopped_handler": """
                + """null, "flag": "changelog.handlers.index"}]""")
            .ShouldBeTrue();

        (_orders.IsStopped("enrich"), _orders.IsStopped("enrch"), _orders.IsStopped("index")).ShouldBe(
            (false, false, false));
    }
}
