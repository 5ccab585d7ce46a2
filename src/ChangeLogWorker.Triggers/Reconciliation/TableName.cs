namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>A table's name, case as in the catalog.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name within the schema.</param>
public readonly record struct TableName(string Schema, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";
}
