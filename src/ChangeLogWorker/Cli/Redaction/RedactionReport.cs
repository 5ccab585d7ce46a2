using ChangeLogWorker.Triggers.Reconciliation;

namespace ChangeLogWorker.Cli.Redaction;

/// <summary>What was rewritten of the log, or with <c>--dry-run</c> would be.</summary>
/// <param name="Table">The table whose changes they are.</param>
/// <param name="Column">The column, or pattern; null: whole records.</param>
/// <param name="Record">Whether it was one record; which one is not said, for it may be a name.</param>
/// <param name="Way">What stands for the values now.</param>
/// <param name="Changes">How many changes were rewritten.</param>
/// <param name="IsRedactedFromNowOn">Whether what is written next is redacted too.</param>
internal sealed record RedactionReport(
    string Table, string? Column, bool Record, RedactionWay Way, long Changes, bool IsRedactedFromNowOn);
