namespace ChangeLogWorker.Demo;

/// <summary>Result of a demo.</summary>
/// <param name="Captured">Changes in the log.</param>
/// <param name="Handled">How many of them have details.</param>
/// <param name="Latencies">From commit to details, by transaction.</param>
/// <param name="BusiestOrder">The order that most people worked on.</param>
/// <param name="Audit">A password reset; null if the demo was too short.</param>
internal sealed record DemoReport(
    long Captured, long Handled, Latencies Latencies, string? BusiestOrder, AuditRow? Audit);
