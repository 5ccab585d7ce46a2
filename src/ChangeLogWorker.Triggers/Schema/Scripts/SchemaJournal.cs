using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>Owns changelog.script: which scripts made the installed schema, and with which text.</summary>
internal static class SchemaJournal
{
    private const string Exists = /* language=sql */
        """
        select coalesce(obj_description(to_regclass('changelog.script'), 'pg_class'),
            '') like 'Journal of the scripts that made this schema%'
        """;

    private const string Select =
        /* language=sql */ "select name, hash from changelog.script";

    private const string Upsert = /* language=sql */
        """
        insert into changelog.script (name, hash)
        values ($1, $2)
        on conflict (name) do update
        set hash = excluded.hash,
            applied_at = now(),
            applied_by = session_user
        """;

    private const string Delete =
        /* language=sql */ "delete from changelog.script where name = any($1)";

    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ScalarAsync(Exists, cancellationToken) is true;

    /// <summary>Name and hash of each script; empty if nothing is installed.</summary>
    /// <exception cref="RefusedException">What is installed came without its data.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, cancellationToken))
        {
            return new Dictionary<string, string>();
        }

        var journal = await connection.RowsAsync(
            Select, row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), [], cancellationToken);
        return journal.Count > 0
            ? journal.ToDictionary(StringComparer.Ordinal)
            : throw new RefusedException(
                "ChangeLog's schemas are here without their data, as after a schema-only dump. "
                + "Restore their data too "
                + "(pg_dump --data-only), or drop them and install again: "
                + "drop schema logs, lib_event, lib_events, changelog, platform cascade",
                2);
    }

    public static Task WriteAsync(
        NpgsqlConnection connection, SqlScript script, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Upsert, [Query.Text(script.Name), Query.Text(script.Hash)], cancellationToken);

    public static Task ForgetAsync(
        NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Delete, [Query.Texts(names)], cancellationToken);
}
