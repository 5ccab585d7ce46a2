namespace ChangeLogWorker.Demo;

/// <summary>Median and 99th percentile of the measured latencies.</summary>
internal sealed record Latencies(int Count, TimeSpan P50, TimeSpan P99)
{
    public static Latencies Of(IEnumerable<TimeSpan> measured)
    {
        var sorted = measured.Order().ToArray();
        return new Latencies(sorted.Length, Percentile(sorted, 0.50), Percentile(sorted, 0.99));
    }

    // nearest rank: always a measured value
    private static TimeSpan Percentile(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? TimeSpan.Zero : sorted[(int)Math.Ceiling(sorted.Length * share) - 1];
}
