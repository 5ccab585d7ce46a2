using ChangeLog.History;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.History;

public sealed class EventIdPrefixTests
{
    private const string Whole = "0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10";

    [Theory]
    [InlineData("0b6a6f0e")]
    [InlineData("0b6a6f0e-5f0c")]
    [InlineData("0B6A6F0E-5f0c-4")]
    [InlineData("0b6a6f0e5f0c4a389d363c1a4c9a1f1")]
    [InlineData(Whole)]
    [InlineData("{0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10}")]
    public void The_beginning_of_an_id_means_all_that_begin_so(string text)
    {
        var prefix = EventIdPrefix.Parse(text)!.Value;

        var digits = text.Trim('{', '}').Replace("-", string.Empty, StringComparison.Ordinal).ToUpperInvariant();
        prefix.First.ToString("N").ToUpperInvariant().ShouldBe(digits.PadRight(32, '0'));
        prefix.Last.ToString("N").ToUpperInvariant().ShouldBe(digits.PadRight(32, 'F'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("0b6a6f0")]
    [InlineData("0b6a6f0g-5f0c")]
    [InlineData("0b6a6f0e-5f0c-4a38-9d36-3c1a4c9a1f10f")]
    public void What_no_id_begins_with_is_none(string text) => EventIdPrefix.Parse(text).ShouldBeNull();

    [Fact]
    public void The_short_form_is_one_of_them() =>
        EventIdPrefix.Parse(EventIdPrefix.Short(Guid.Parse(Whole))).ShouldBe(EventIdPrefix.Parse("0b6a6f0e-5f0c"));
}
