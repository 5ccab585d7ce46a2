namespace ChangeLog.Keys;

/// <summary>A table that a person may mean; without an oid it is known to the log only.</summary>
internal readonly record struct FoundTable(string Schema, string Table, uint? Oid)
{
    public string Name => $"{Schema}.{Table}";
}
