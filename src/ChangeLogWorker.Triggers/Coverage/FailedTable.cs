using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>A table that could not be reconciled.</summary>
/// <param name="Table">The table.</param>
/// <param name="Reason">Why, and who holds the lock.</param>
public sealed record FailedTable(TableName Table, string Reason);
