namespace ChangeLog.Keys;

/// <summary>A table, current or dropped, whose history is asked for.</summary>
/// <param name="Schema">Its schema; the current one if it exists.</param>
/// <param name="Table">Its name; the current one if it exists.</param>
/// <param name="Oids">Its oid, and those of dropped tables of the same name.</param>
/// <param name="NamedOids">All oids that ever had its name, in other clusters of this log too.</param>
/// <param name="Names">Every name that links may contain: current and former, with and without schema.</param>
/// <param name="Columns">In order; empty for a dropped table.</param>
/// <param name="Key">The key's columns, in order; empty if there is no key or the table is dropped.</param>
/// <param name="Lives">Whether it exists.</param>
/// <param name="CoveredSince">Since when it is captured without a gap; null: not captured.</param>
/// <param name="NotCoveredBecause">Why it is not captured.</param>
internal sealed record KnownTable(
    string Schema,
    string Table,
    uint[] Oids,
    uint[] NamedOids,
    string[] Names,
    string[] Columns,
    string[] Key,
    bool Lives,
    DateTimeOffset? CoveredSince,
    string? NotCoveredBecause)
{
    public string Name => $"{Schema}.{Table}";
}
