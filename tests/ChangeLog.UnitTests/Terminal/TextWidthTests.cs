using System.Diagnostics;
using ChangeLogWorker.Terminal;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", new[] { "" })]
    [InlineData("short", new[] { "short" })]
    [InlineData("exactly 10", new[] { "exactly 10" })]
    [InlineData("one two three four", new[] { "one two", "three four" })]
    [InlineData("exactly 10 and", new[] { "exactly 10", "and" })]
    [InlineData("unbreakable", new[] { "unbreakabl", "e" })]
    [InlineData("a      b      c", new[] { "a      b  ", "c" })]
    [InlineData("漢漢漢漢漢漢", new[] { "漢漢漢漢漢", "漢" })]
    [InlineData("abcdefghie\u0301x", new[] { "abcdefghie\u0301", "x" })]
    public void Lines_are_broken_at_spaces_and_never_inside_a_character(string text, string[] lines) =>
        TextWidth.Wrap(text, 10).ShouldBe(lines);

    [Fact]
    public void A_megabyte_is_wrapped_in_a_moment()
    {
        var started = Stopwatch.GetTimestamp();

        var lines = TextWidth.Wrap(new string('x', 1_000_000) + string.Concat(Enumerable.Repeat(" 漢字", 100_000)), 80);

        lines.Count.ShouldBe(12_500 + 6_250);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
