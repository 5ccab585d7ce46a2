using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>A table that is not as it should be.</summary>
/// <param name="Oid">Its oid, which a rename leaves alone.</param>
/// <param name="Name">Its name when it was looked at.</param>
internal readonly record struct TableToReconcile(uint Oid, TableName Name);
