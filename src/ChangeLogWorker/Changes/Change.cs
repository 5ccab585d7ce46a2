using System.Text.Json.Nodes;

namespace ChangeLogWorker.Changes;

/// <summary>One row of logs.change.</summary>
/// <param name="Position">Its place in the log: each record's changes in the order they were made.</param>
/// <param name="Xid">The transaction it belongs to.</param>
/// <param name="LoggedAt">The start of that transaction, in UTC.</param>
/// <param name="TableOid">The table, of a partition the root.</param>
/// <param name="TableSchema">The table's schema as it was named then.</param>
/// <param name="TableName">The table's name as it was then.</param>
/// <param name="Operation">What was done.</param>
/// <param name="RecordId">The record's identity; null where the table has no key.</param>
/// <param name="RecordData">The new row, of a delete the old one, of a truncate null.</param>
/// <param name="PreviousData">Of an update the old values of what changed, else null.</param>
public sealed record Change(
    long Position,
    ulong Xid,
    DateTime LoggedAt,
    uint TableOid,
    string TableSchema,
    string TableName,
    Operation Operation,
    string? RecordId,
    JsonObject? RecordData,
    JsonObject? PreviousData);
