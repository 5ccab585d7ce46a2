namespace ChangeLog.History.Records;

/// <summary>Each column of a record with the change that set its value; no columns: no change is logged.</summary>
/// <param name="End">How the record ended; null: it exists, as far as can be seen.</param>
/// <param name="Columns">In the table's order.</param>
internal sealed record RecordBlame(RecordEnd? End, IReadOnlyList<BlamedColumn> Columns);
