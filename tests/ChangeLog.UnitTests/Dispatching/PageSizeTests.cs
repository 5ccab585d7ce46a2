using ChangeLog.Dispatching;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Dispatching;

public sealed class PageSizeTests
{
    [Fact]
    public void One_bad_row_among_a_thousand_costs_at_most_eleven_failed_pages_wherever_it_is()
    {
        for (var bad = 0; bad < 1000; bad++)
        {
            var (failed, handled, pages) = Run(1000, largest: 1000, row => row == bad);
            handled.ShouldBe(999, $"row {bad}");
            failed.ShouldBeInRange(2, 11, $"row {bad}");
            pages.ShouldBeLessThan(40, $"row {bad}");
        }
    }

    [Fact]
    public void A_run_of_bad_rows_costs_one_failed_page_each()
    {
        var (failed, handled, _) = Run(1000, largest: 1000, row => row is >= 300 and < 700);
        failed.ShouldBeLessThan(400 + 11);
        handled.ShouldBe(600);
    }

    [Fact]
    public void Every_second_row_bad_costs_two_failed_pages_each()
    {
        var (failed, handled, _) = Run(1000, largest: 1000, row => row % 2 == 0);
        failed.ShouldBeLessThan((2 * 500) + 11);
        handled.ShouldBe(500);
    }

    [Fact]
    public void Behind_a_bad_row_pages_grow_to_the_largest_again()
    {
        var size = new PageSize(() => 1000);
        size.Failed(1);
        size.GivenUp();
        for (var rows = 1; rows < 1000; rows *= 2)
        {
            size.Rows.ShouldBe(rows);
            size.Succeeded(rows);
        }

        size.Rows.ShouldBe(1000);
        size.IsSearching.ShouldBeFalse();
    }

    [Fact]
    public void A_page_that_succeeds_on_being_taken_apart_ends_the_search()
    {
        var size = new PageSize(() => 8);
        size.Failed(8);
        size.Succeeded(4);
        size.Succeeded(2);
        size.Succeeded(1);
        size.IsSearching.ShouldBeTrue();
        size.Succeeded(1);
        (size.IsSearching, size.Rows).ShouldBe((false, 2));
    }

    private static (int Failed, int Handled, int Pages) Run(int rows, int largest, Predicate<int> isBad)
    {
        var size = new PageSize(() => largest);
        var (at, failed, handled, pages) = (0, 0, 0, 0);
        while (at < rows)
        {
            pages++;
            var page = Enumerable.Range(at, Math.Min(size.Rows, rows - at)).ToList();
            if (!page.Exists(isBad))
            {
                size.Succeeded(page.Count);
                handled += page.Count;
                at += page.Count;
                continue;
            }

            failed++;
            if (page.Count > 1)
            {
                size.Failed(page.Count);
                continue;
            }

            size.GivenUp();
            at++;
        }

        return (failed, handled, pages);
    }
}
