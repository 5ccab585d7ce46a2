using ChangeLog.Hosting;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Hosting;

public sealed class LogOnceTests
{
    private readonly LogOnce _said = new();

    [Fact]
    public void A_failure_that_lasts_is_new_once_and_new_again_after_another_or_none()
    {
        _said.IsNewFailure("refused").ShouldBeTrue();
        _said.IsNewFailure("refused").ShouldBeFalse();
        _said.IsNewFailure("refused").ShouldBeFalse();
        _said.IsNewFailure("timed out").ShouldBeTrue();
        _said.IsNewFailure("refused").ShouldBeTrue();
        _said.EndRound();
        _said.IsNewFailure("refused").ShouldBeTrue();
    }

    [Fact]
    public void Of_several_troubles_of_a_round_each_is_new_until_a_round_has_not_said_it()
    {
        (_said.IsNew("a"), _said.IsNew("b"), _said.IsNew("a")).ShouldBe((true, true, false));
        _said.EndRound();
        (_said.IsNew("b"), _said.IsNew("c")).ShouldBe((false, true));
        _said.EndRound();
        (_said.IsNew("a"), _said.IsNew("b")).ShouldBe((true, false));
    }
}
