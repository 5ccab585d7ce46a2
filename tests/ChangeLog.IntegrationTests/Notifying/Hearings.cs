using ChangeLog.TestSupport;
using Shouldly;

namespace ChangeLog.IntegrationTests.Notifying;

/// <summary>What the tests of announcing say all the time.</summary>
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
