namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>A table's name, case as in the catalog.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name within the schema.</param>
public readonly record struct TableName(string Schema, string Name)
{
    /// <summary>Reads schema.table; a bare name means the schema public.</summary>
    public static TableName Parse(string text) =>
        text.Replace("\"", string.Empty, StringComparison.Ordinal).Trim().Split('.', 2) is [var schema, var name]
            ? new TableName(schema, name)
            : new TableName("public", text.Trim());

    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";
}
