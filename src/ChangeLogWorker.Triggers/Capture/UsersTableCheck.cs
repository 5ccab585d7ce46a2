using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Refuses a ChangeLog:Platform:UsersTable that cannot identify users, and foreign keys to none.</summary>
internal static class UsersTableCheck
{
    private const string HasUserIds = /* language=sql */
        """
        select changelog.has_user_ids(c.oid)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1
          and c.relname = $2
          and c.relkind in ('r', 'p')
        """;

    private const string IsStored =
        /* language=sql */ "select users_table is not null from changelog.capture_setting";

    /// <summary>The problem, or null.</summary>
    public static async Task<string?> ProblemAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        if (settings.UsersTable is not { } named || named == CaptureSettings.NoUsers)
        {
            return settings.UsersForeignKeys is true
                && (settings.UsersTable is not null
                    || await connection.ScalarAsync(IsStored, cancellationToken) is not true)
                ? "ChangeLog:Platform:ForeignKeys is true, but there is no users table. "
                    + "Name it in ChangeLog:Platform:UsersTable, or leave ForeignKeys out."
                : null;
        }

        return await connection.ScalarAsync(
            HasUserIds, [Query.Text(named.Schema), Query.Text(named.Name)], cancellationToken) switch
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
}
