using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>That the comparison finds what it is there to find.</summary>
public sealed class LogReplayTests
{
    private const uint Table = 7;

    private static readonly LoggedChange[] Changes =
    [
        Change("I", now: "c"), Change("U", now: "b", old: "a"), Change("U", now: "d", old: "b"), Change("D", old: "x"),
    ];

    private static Rows Before => RowsOf(("leaf", "a"), ("leaf", "x"), ("other", "x"));

    private static Rows After => RowsOf(("leaf", "c"), ("leaf", "d"), ("leaf", "x"));

    [Fact]
    public void A_log_that_is_right_is_found_right()
    {
        LogReplay.Ordered(Before, Changes, After).ShouldBeNull();
        LogReplay.Balanced(Before, [.. Changes.Reverse()], After).ShouldBeNull();
        LogReplay.Counted(Before, Changes, After).ShouldBeNull();
        LogReplay.Measured(Before, Changes, After).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_change_that_is_missing_or_there_twice_is_found(int index)
    {
        var lost = Changes.Where((_, i) => i != index).ToList();
        LogReplay.Ordered(Before, lost, After).ShouldNotBeNull();
        LogReplay.Balanced(Before, lost, After).ShouldNotBeNull();
        var doubled = Changes.Append(Changes[index]).ToList();
        LogReplay.Ordered(Before, doubled, After).ShouldNotBeNull();
        LogReplay.Balanced(Before, doubled, After).ShouldNotBeNull();
    }

    [Fact]
    public void A_row_that_came_and_went_unlogged_is_missing_in_the_count() =>
        LogReplay.Measured(Before, [.. Changes.Where(c => c.Op is not "I")], After).ShouldNotBeNull();

    [Fact]
    public void Versions_in_the_wrong_order_are_found() =>
        LogReplay.Ordered(Before, [Changes[0], Changes[2], Changes[1], Changes[3]], After).ShouldNotBeNull();

    [Fact]
    public void A_version_that_is_not_quite_what_was_is_found() =>
        LogReplay.Ordered(Before, [Changes[0], Change("U", now: "d", old: "A"), Changes[3]], After).ShouldNotBeNull();

    [Fact]
    public void A_truncated_partition_empties_itself_and_no_other()
    {
        var truncation = Change("T") with { Partition = "leaf" };
        LogReplay.Ordered(Before, [truncation], RowsOf(("other", "x"))).ShouldBeNull();
        LogReplay.Ordered(Before, [truncation], RowsOf()).ShouldNotBeNull();
        LogReplay.Ordered(Before, [truncation, truncation], RowsOf(("other", "x"))).ShouldNotBeNull();
    }

    private static LoggedChange Change(string op, string? now = null, string? old = null) =>
        new(1, op, Table, "public.t", now, old, null);

    private static Rows RowsOf(params (string Leaf, string Row)[] content)
    {
        var rows = new Rows();
        rows.Add(Table, "public.t", "", null);
        foreach (var (leaf, row) in content)
        {
            rows.Add(Table, "public.t", leaf, row);
        }

        // of both instants, so that only an empty Before leaves what the test says was written
        rows.Written[Table] = content.Any(c => c.Row == "d") ? (1, 2, 1) : (0, 0, 0);
        return rows;
    }
}
