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
        var journal = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!await ExistsAsync(connection, cancellationToken))
        {
            return journal;
        }

        await using var command = new NpgsqlCommand(Select, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            journal.Add(reader.GetString(0), reader.GetString(1));
        }

        return journal.Count > 0
            ? journal
            : throw new RefusedException(
                "ChangeLog's schemas are here without their data, as after a schema-only dump. "
                + "Restore their data too "
                + "(pg_dump --data-only), or drop them and install again: "
                + "drop schema logs, lib_event, lib_events, changelog, platform cascade",
                2);
    }

    public static async Task WriteAsync(
        NpgsqlConnection connection, SqlScript script, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Upsert, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = script.Name },
                new NpgsqlParameter<string> { TypedValue = script.Hash },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task ForgetAsync(
        NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Delete, connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. names] } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
