namespace ChangeLogWorker.Demo;

/// <summary>What came of a demo.</summary>
/// <param name="Captured">Rows of the log.</param>
/// <param name="Handled">Those of them that have their details.</param>
/// <param name="Latencies">From commit to details, by transaction.</param>
/// <param name="BusiestOrder">The order that most people had in their hands.</param>
/// <param name="Audit">Somebody reset a password; null: not within so short a demo.</param>
internal sealed record DemoReport(
    long Captured, long Handled, Latencies Latencies, string? BusiestOrder, AuditRow? Audit);
