using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>A table whose triggers are out of line.</summary>
/// <param name="Oid">Its oid, stable across renames.</param>
/// <param name="Name">Its name when it was found.</param>
internal readonly record struct TableToReconcile(uint Oid, TableName Name);
