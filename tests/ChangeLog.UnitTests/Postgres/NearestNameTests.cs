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
