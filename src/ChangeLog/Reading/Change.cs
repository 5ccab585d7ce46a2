using System.Text.Json.Nodes;

namespace ChangeLog.Reading;

/// <summary>One row of logs.change, with the transaction that made it.</summary>
/// <param name="Position">Its place in the log: each record's changes in the order they were made.</param>
/// <param name="Id">Its id in logs.changes: the same whenever it is read, so good as an idempotency key.</param>
/// <param name="Transaction">
/// Who made it, when and from where; of one transaction there may be changes in several pages.
/// </param>
/// <param name="TableOid">The table, of a partition the root.</param>
/// <param name="TableSchema">The table's schema as it was named then.</param>
/// <param name="TableName">The table's name as it was then.</param>
/// <param name="Operation">What was done.</param>
/// <param name="RecordId">
/// The record's identity: its key as text, several columns as a JSON array; null without a key.
/// </param>
/// <param name="RecordData">The new row, of a delete the old one, of a truncate null.</param>
/// <param name="PreviousData">Of an update the old values of what changed, else null.</param>
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
    /// <summary>The row after the change; null where there is none any more.</summary>
    public JsonObject? NewRow => Operation is Operation.Delete or Operation.Truncate ? null : RecordData;

    /// <summary>The row before the change; null where there was none. Of an update it is made on each call.</summary>
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
