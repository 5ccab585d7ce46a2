using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Keys;

/// <summary>Expands a record id to every format in which the log may hold it.</summary>
internal static class RecordKey
{
    private const string Spellings = /* language=sql */ "select unnest(changelog.key_formats($1, $2))";

    public static async Task<IReadOnlyList<string>> FormatsAsync(
        NpgsqlConnection connection, KnownTable table, string given, CancellationToken cancellationToken) =>
        await connection.ColumnAsync<string>(
            Spellings, [table.Lives ? table.Oids[0] : 0, given], cancellationToken);

    /// <summary>Why the given record id may not be a key of this table.</summary>
    public static string? Hint(KnownTable table, string record) => table switch
    {
        { Lives: false } or { CoveredSince: null } => null,
        { Key.Length: 0 } =>
            "The table has no key, so no row of it has a history of its own. All its changes: logs.changes.",
        { Key.Length: > 1 } when !record.StartsWith('[') =>
            $"Its keys are JSON arrays of {string.Join(", ", table.Key)}: '[1, 2]'.",
        _ => null,
    };
}
