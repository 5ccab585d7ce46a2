using System.Text.Json.Nodes;

namespace ChangeLog.Reading;

/// <summary>One row of logs.change, with the transaction that made it.</summary>
/// <param name="Position">Its place in the log: each record's changes in the order they were made.</param>
/// <param name="Id">Its id in logs.changes: stable, so usable as an idempotency key.</param>
/// <param name="Transaction">Who made it, when and from where; a transaction's changes may span pages.</param>
/// <param name="TableOid">The table, or the root of a partition.</param>
/// <param name="TableSchema">The table's schema at the time.</param>
/// <param name="TableName">The table's name at the time.</param>
/// <param name="Operation">What was done.</param>
/// <param name="RecordId">
/// The record's identity: its key as text, several columns as a JSON array; null without a key.
/// </param>
/// <param name="RecordData">The new row, for a delete the old one, for a truncate null.</param>
/// <param name="PreviousData">For an update the old values of what changed, otherwise null.</param>
public sealed record Change(
    long Position,
    Guid Id,
    Transaction Transaction,
    uint TableOid,
    string TableSchema,
    string TableName,
    Operation Operation,
    string? RecordId,
    JsonObject? RecordData,
    JsonObject? PreviousData) : Entry(Position)
{
    /// <summary>The row after the change; null if it no longer exists.</summary>
    public JsonObject? NewRow => Operation is Operation.Delete or Operation.Truncate ? null : RecordData;

    /// <summary>The row before the change; null if it did not exist. For an update it is built on each call.</summary>
    public JsonObject? OldRow => Operation switch
    {
        Operation.Update => Merged(),
        Operation.Delete => RecordData,
        _ => null,
    };

    // record_data || previous_data, as in SQL
    private JsonObject? Merged()
    {
        var row = (JsonObject?)RecordData?.DeepClone();
        foreach (var (column, value) in PreviousData ?? [])
        {
            row![column] = value?.DeepClone();
        }

        return row;
    }
}
