namespace ChangeLog.Keys;

/// <summary>A table whose history is asked for, as it is known now and as it was known before.</summary>
/// <param name="Name">Schema and name, today's where it lives.</param>
/// <param name="Oids">Its own oid, and those of dropped tables of the same name.</param>
/// <param name="NamedOids">All oids that ever bore its name, in other clusters that the log has lived in too.</param>
/// <param name="Names">Every name that links may hold: of now and of before, with and without the schema.</param>
/// <param name="Columns">The columns in their order; none for a dropped table.</param>
/// <param name="Key">
/// The columns that tell its rows apart, in key order; none where nothing does, or it is dropped.
/// </param>
/// <param name="Lives">Whether it exists.</param>
/// <param name="CoveredSince">Since when it is captured without a gap; null: it is not captured now.</param>
/// <param name="NotCoveredBecause">Why it is not captured now.</param>
internal sealed record KnownTable(
    string Name,
    uint[] Oids,
    uint[] NamedOids,
    string[] Names,
    string[] Columns,
    string[] Key,
    bool Lives,
    DateTimeOffset? CoveredSince,
    string? NotCoveredBecause);
