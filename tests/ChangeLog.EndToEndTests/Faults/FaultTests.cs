using System.Globalization;
using Xunit;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>What the tests that break things share: they run one after another, under a load on all cores.</summary>
/// <remarks>
/// Other tests run beside them, so what would hold those up has a server of its own. CHANGELOG_FAULT_ROUNDS makes each
/// of them that many times as long.
/// </remarks>
[CollectionDefinition(Collection)]
public sealed class FaultTests
{
    public const string Collection = "Faults";

    public static int Rounds { get; } = int.Parse(
        Environment.GetEnvironmentVariable("CHANGELOG_FAULT_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>A seed that the test's output names, so that a run can be told from another.</summary>
    public static Random Random()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    /// <summary>A moment that nothing in the test decides: faults do not wait for signals.</summary>
    public static Task MomentAsync(Random random, int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(random.Next(milliseconds)), TimeProvider.System, CancellationToken.None);
}
