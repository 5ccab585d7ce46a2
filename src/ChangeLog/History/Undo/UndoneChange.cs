namespace ChangeLog.History.Undo;

/// <summary>A change that is undone, before its table is looked up.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="LoggedOid">The table's oid in the log.</param>
/// <param name="Oid">The table's oid now; null: it is gone.</param>
/// <param name="Table">The table's name at the time.</param>
/// <param name="RecordId">The record's identity.</param>
/// <param name="Op">I, U, D or T.</param>
internal readonly record struct UndoneChange(
    long Position, uint LoggedOid, uint? Oid, string Table, string? RecordId, string Op);
