namespace ChangeLog.Keys;

/// <summary>A candidate for the table that was asked for; without an oid only the log knows it.</summary>
internal readonly record struct FoundTable(string Schema, string Table, uint? Oid)
{
    public string Name => $"{Schema}.{Table}";
}
