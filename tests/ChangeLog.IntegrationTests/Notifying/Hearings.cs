using ChangeLog.TestSupport;
using Shouldly;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>Shorthands of the tests of announcing.</summary>
internal static class Hearings
{
    public static async Task ShouldHaveHeardOfAllOnceAsync(this OtherListener listener)
    {
        var hearing = await listener.CompareAsync();
        hearing.Missed.ShouldBeEmpty();
        hearing.Unknown.ShouldBeEmpty();
        hearing.Repeated.ShouldBe(0);
    }
}
