using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Keys;

/// <summary>Expands a record id to every format in which the log may hold it.</summary>
internal static class RecordKey
{
    private const string Spellings = /* language=sql */ "select unnest(changelog.key_formats($1, $2))";

    private const string UnfitType = /* language=sql */
        """
        select t.name
        from pg_catalog.pg_attribute a
        cross join lateral changelog.base_type(a.atttypid, a.atttypmod) t (name)
        where a.attrelid = $1
        and a.attname = $2
        and changelog.canonical($3, t.name) is null
        """;

    public static async Task<IReadOnlyList<string>> FormatsAsync(
        NpgsqlConnection connection, KnownTable table, string given, CancellationToken cancellationToken) =>
        await connection.ColumnAsync<string>(
            Spellings, [table.Lives ? table.Oids[0] : 0, given], cancellationToken);

    /// <summary>Why the given record id may not be a key of this table.</summary>
    public static async Task<string?> HintAsync(
        NpgsqlConnection connection, KnownTable table, string record, CancellationToken cancellationToken) =>
        table switch
        {
            { Lives: false } or { CoveredSince: null } => null,
            { Key: [] } =>
                "The table has no key, so no row of it has a history of its own. All its changes: logs.changes.",
            { Key: [_, _, ..] } when !record.StartsWith('[') =>
                $"Its keys are JSON arrays of {string.Join(", ", table.Key)}: '[1, 2]'.",
            { Key: [var column] } when await connection.ColumnAsync<string>(
                UnfitType, [table.Oids[0], column, record], cancellationToken) is [var type] =>
                $"Its key {column} is of type {type}, and {record} is none. Its latest changes, each with its key: "
                + $"changelog changes --table {table.Name}",
            _ => null,
        };
}
