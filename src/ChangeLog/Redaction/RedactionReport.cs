using ChangeLogWorker.Triggers.Redaction;

namespace ChangeLog.Redaction;

/// <summary>What was redacted in the log, or would be with <c>--dry-run</c>.</summary>
/// <param name="Table">The changes' table; null: everything that an actor did.</param>
/// <param name="Column">The column, key or pattern; null: whole records.</param>
/// <param name="Record">Whether it was one record or one actor; which is not shown, since it may be a name.</param>
/// <param name="Way">How values were replaced.</param>
/// <param name="Changes">How many changes were rewritten; null: not searched.</param>
/// <param name="Events">How many domain events.</param>
/// <param name="Contexts">How many transactions' contexts.</param>
/// <param name="IsRedactedFromNowOn">Whether future values are redacted too.</param>
/// <param name="Keys">For a record: how many keys the log has for it, since updates may have changed it.</param>
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
