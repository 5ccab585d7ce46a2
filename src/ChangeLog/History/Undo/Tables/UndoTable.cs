namespace ChangeLog.History.Undo.Tables;

/// <summary>A table of which rows are undone, or that refers to one, as it is now.</summary>
/// <param name="Oid">Its oid.</param>
/// <param name="Name">Schema and name.</param>
/// <param name="Quoted">Its name as SQL writes it, with its schema.</param>
/// <param name="IsPartitioned">Whether its rows are in partitions.</param>
/// <param name="Columns">Its columns by name.</param>
/// <param name="Key">The columns that tell its rows apart; empty: there are none.</param>
/// <param name="Uniques">Its other sets of columns of which no two rows have the same values, and the key.</param>
/// <param name="Triggers">The application's triggers that an undo would fire.</param>
/// <param name="Rights">What the login may do with it: select, insert, update, delete.</param>
/// <param name="IsFiltered">Whether policies may hide rows from the login.</param>
/// <param name="UntrustedOwner">Its owner, whose code the login, a superuser, would lend its rights to.</param>
internal sealed record UndoTable(
    uint Oid,
    string Name,
    string Quoted,
    bool IsPartitioned,
    IReadOnlyDictionary<string, UndoColumn> Columns,
    IReadOnlyList<UndoColumn> Key,
    IReadOnlyList<IReadOnlyList<UndoColumn>> Uniques,
    IReadOnlyList<string> Triggers,
    IReadOnlyList<string> Rights,
    bool IsFiltered,
    string? UntrustedOwner)
{
    /// <summary>The table alone, without those that inherit from it.</summary>
    public string Only => IsPartitioned ? Quoted : $"only {Quoted}";

    /// <summary>The identity of a row r as the log has it.</summary>
    public string RecordId => Key switch
    {
        [] => "''",
        [var only] => $"(pg_catalog.to_jsonb(r.{only.Quoted}) operator(pg_catalog.#>>) '{{}}')",
        var several => $"pg_catalog.jsonb_build_array({string.Join(", ", several.Select(c => $"r.{c.Quoted}"))})::text",
    };
}
