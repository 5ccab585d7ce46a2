namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>One entry of NON_LOGGED_TABLES as the LIKE patterns by which the database matches it.</summary>
/// <param name="Text">The entry as it was written.</param>
/// <param name="SchemaLike">LIKE pattern of the schema, escaped by a backslash.</param>
/// <param name="TableLike">LIKE pattern of the table, escaped by a backslash.</param>
internal sealed record TablePattern(string Text, string SchemaLike, string TableLike);
