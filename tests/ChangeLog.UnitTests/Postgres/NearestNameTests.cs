using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Postgres;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("public.order", "public.orders")]
    [InlineData("public.CUSTOMERS", "public.customers")]
    [InlineData("shop.lines", "shop.line")]
    public void The_nearest_is_the_one_that_takes_the_fewest_edits(string meant, string nearest) =>
        NearestName.Of(meant, ["public.orders", "public.customers", "shop.line"]).ShouldBe(nearest);

    [Theory]
    [InlineData("nv")]
    [InlineData("public.invoices")]
    [InlineData("public.nodes")]
    [InlineData("shop.order")]
    [InlineData("x")]
    [InlineData("ChangeLog:Handlers:Colour")]
    public void None_is_better_than_one_that_was_hardly_meant(string meant) =>
        NearestName.Of(meant, ["public.orders", "public.customers", "shop.line", "ul", "ChangeLog:Handlers:PageSize"])
            .ShouldBeNull();

    [Theory]
    [InlineData("hidden", "is_hidden")]
    [InlineData("changelog.handler.enrichmore", "changelog.handler.enrich")]
    public void A_name_that_is_part_of_another_is_near(string meant, string nearest) =>
        NearestName.Of(meant, ["ssn", "changelog.handler.enrich", "changelog.handler.index", "is_hidden"])
            .ShouldBe(nearest);

    [Theory]
    [InlineData("delte", "the nearest is delete")]
    [InlineData("forget", "there are keep, delete")]
    public void Of_a_few_the_nearest_is_named_or_all(string meant, string hint) =>
        NearestName.OrAll(meant, ["keep", "delete"]).ShouldBe(hint);

    [Fact]
    public void Among_no_names_there_is_no_nearest() => NearestName.Of("a", []).ShouldBeNull();

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 30)]
    [InlineData("abc", "", 30)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "aBc", 1)]
    [InlineData("kitten", "sitting", 30)]
    public void The_distance_counts_edits_and_a_wrong_case_a_tenth(string from, string to, int distance) =>
        NearestName.Distance(from, to).ShouldBe(distance);
}
