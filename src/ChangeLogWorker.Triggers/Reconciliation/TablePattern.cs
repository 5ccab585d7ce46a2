namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>One pattern of tables as the LIKE patterns by which the database matches it.</summary>
/// <param name="Text">The entry as it was written.</param>
/// <param name="SchemaLike">LIKE pattern of the schema, escaped by a backslash.</param>
/// <param name="TableLike">LIKE pattern of the table, escaped by a backslash.</param>
public sealed record TablePattern(string Text, string SchemaLike, string TableLike);
