using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>A table that could not be brought in line.</summary>
/// <param name="Table">The table.</param>
/// <param name="Reason">Why, and who is in the way.</param>
public sealed record FailedTable(TableName Table, string Reason);
