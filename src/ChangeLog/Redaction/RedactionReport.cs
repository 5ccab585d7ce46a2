using ChangeLogWorker.Triggers.Redaction;

namespace ChangeLog.Redaction;

/// <summary>What was rewritten of what is recorded, or with <c>--dry-run</c> would be.</summary>
/// <param name="Table">The table whose changes they are; null: whatever somebody did.</param>
/// <param name="Column">The column, key or pattern; null: whole records.</param>
/// <param name="Record">Whether it was one record or one actor; which one is not said, for it may be a name.</param>
/// <param name="Way">What stands for the values now.</param>
/// <param name="Changes">How many changes were rewritten; null: none were looked for.</param>
/// <param name="Events">How many domain events.</param>
/// <param name="Contexts">How many transactions' contexts.</param>
/// <param name="IsRedactedFromNowOn">Whether what is written next is redacted too.</param>
/// <param name="Keys">Of one record: under how many keys the log has it, for updates may have given it others.</param>
internal sealed record RedactionReport(
    string? Table,
    string? Column,
    bool Record,
    RedactionMethod Way,
    long? Changes,
    long? Events,
    long? Contexts,
    bool IsRedactedFromNowOn,
    int? Keys = null)
{
    public static RedactionReport Of(
        string? table, string? column, RedactionMethod way, RedactionCounts counts, bool isRedactedFromNowOn) =>
        new(table, column, column is null, way, counts.Changes, counts.Events, counts.Contexts, isRedactedFromNowOn);
}
