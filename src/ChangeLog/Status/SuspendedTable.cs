using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A table that is not captured because all its triggers were disabled, as a restore does.</summary>
internal sealed record SuspendedTable(string Table, DateTimeOffset Since, string? DatabaseUser, string Statement)
{
    private const string Select = /* language=sql */
        """
        select
            format('%s.%s', n.nspname, c.relname),
            s.since,
            s.db_user,
            format('alter table %I.%I enable trigger all', n.nspname, c.relname)
        from changelog.suspension s
        join pg_catalog.pg_class c on c.oid = s.table_oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where changelog.is_suspended(s.table_oid)
        order by 1
        """;

    public static Task<List<SuspendedTable>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new SuspendedTable(
                row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.TextOrNull(2), row.GetString(3)),
            [],
            cancellationToken);
}
