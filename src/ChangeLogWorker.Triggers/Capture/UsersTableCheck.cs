using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Refuses a ChangeLog:Platform:UsersTable that cannot identify users, and foreign keys to none.</summary>
internal static class UsersTableCheck
{
    private const string Find = /* language=sql */
        """
        select exists (
            select
            from pg_attribute a
            join pg_index i on i.indrelid = a.attrelid
            where a.attrelid = c.oid
              and a.attname = 'id'
              and a.atttypid = 'uuid'::regtype
              and i.indisunique
              and i.indimmediate
              and i.indnkeyatts = 1
              and i.indkey[0] = a.attnum
              and i.indpred is null)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1
          and c.relname = $2
          and c.relkind in ('r', 'p')
        """;

    private const string IsInstalled =
        /* language=sql */ "select to_regclass('changelog.capture_setting') is not null";

    private const string StoredTable =
        /* language=sql */ "select users_table from changelog.capture_setting";

    /// <summary>The problem, or null.</summary>
    public static async Task<string?> ProblemAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        if (settings.UsersTable is not { } named || named == CaptureSettings.NoUsers)
        {
            return settings.UsersForeignKeys is true
                && (settings.UsersTable is not null || !await IsStoredAsync(connection, cancellationToken))
                ? "ChangeLog:Platform:ForeignKeys is true, but there is no users table. "
                    + "Name it in ChangeLog:Platform:UsersTable, or leave ForeignKeys out."
                : null;
        }

        await using var find = new NpgsqlCommand(Find, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = named.Schema },
                new NpgsqlParameter<string> { TypedValue = named.Name },
            },
        };
        return await find.ExecuteScalarAsync(cancellationToken) switch
        {
            true => null,
            false =>
                $"ChangeLog:Platform:UsersTable names {named}, whose id is not a uuid column that is unique by "
                + "itself, so no user_id can refer to it. Name the table that has one, or give it empty.",
            _ => $"ChangeLog:Platform:UsersTable names {named}, which does not exist."
                + ApplicationTables.Nearest(
                    $"{named}", await ApplicationTables.NamesAsync(connection, cancellationToken)),
        };
    }

    private static async Task<bool> IsStoredAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ScalarAsync(IsInstalled, cancellationToken) is true
            && await connection.ScalarAsync(StoredTable, cancellationToken) is string;
}
