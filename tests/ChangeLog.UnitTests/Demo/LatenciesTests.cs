using ChangeLogWorker.Demo;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Demo;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(10, 5, 10)]
    [InlineData(200, 100, 198)]
    public void Percentiles_are_values_that_were_measured(int count, int p50, int p99)
    {
        var measured = Enumerable.Range(1, count).Reverse().Select(n => TimeSpan.FromMilliseconds(n));
        Latencies.Of(measured).ShouldBe(
            new Latencies(count, TimeSpan.FromMilliseconds(p50), TimeSpan.FromMilliseconds(p99)));
    }

    [Fact]
    public void Nothing_measured_is_told_as_such() =>
        Latencies.Of([]).ShouldBe(new Latencies(0, TimeSpan.Zero, TimeSpan.Zero));
}
