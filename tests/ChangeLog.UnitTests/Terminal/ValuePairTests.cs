using ChangeLogWorker.Terminal;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Terminal;

public sealed class ValuePairTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    public void A_pair_is_cut_beside_characters_of_two_code_units_never_within(string last)
    {
        var start = string.Concat(Enumerable.Repeat("😀", 40)) + last;

        for (var room = 0; room < 60; room++)
        {
            var (before, after) = ValuePair.Fit(start + "😁 paid", start + "😂 open", room);

            IsWhole(before).ShouldBeTrue(before);
            IsWhole(after).ShouldBeTrue(after);
        }
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
