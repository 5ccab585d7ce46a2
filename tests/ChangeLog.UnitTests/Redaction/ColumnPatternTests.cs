using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Redaction;

public sealed class ColumnPatternTests
{
    [Theory]
    [InlineData("*api_key*", @"%api\_key%", "^.*api[_-]?key.*$", "api[_-]?key")]
    [InlineData("Tax_ID", @"tax\_id", "^Tax[_-]?ID$", "Tax[_-]?ID")]
    [InlineData("a.b c", "a.b c", @"^a\.b\ c$", "a")]
    [InlineData("naïve", "naïve", "^naïve$", "na")]
    [InlineData("*", "%", "^.*$", ".")]
    public void A_pattern_stands_in_every_form_in_which_it_is_matched(string text, string like, string key, string hint)
    {
        var pattern = new ColumnPattern(text);

        (pattern.Like, pattern.KeyExpression, pattern.KeyHint).ShouldBe((like, key, hint));
    }

    [Theory]
    [InlineData("public.a", true)]
    [InlineData("\"odd*name\"", true)]
    [InlineData("public.a_b", true)]
    [InlineData("public.a*", false)]
    [InlineData("*.a", false)]
    public void A_pattern_of_tables_knows_whether_it_names_one(string pattern, bool isExact) =>
        TableFilter.Parse([pattern])[0].IsExact.ShouldBe(isExact);
}
