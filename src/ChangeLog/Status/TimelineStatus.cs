using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A timeline, and what was left out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Root">The root's table.</param>
/// <param name="Table">The table of its entries.</param>
/// <param name="Skipped">Entries that were not written because their root was gone.</param>
/// <param name="RootIsThere">Whether the root's table exists.</param>
/// <param name="MissingColumns">Missing key and stage columns of the root.</param>
internal sealed record TimelineStatus(
    string Name, string Root, string Table, long Skipped, bool RootIsThere, IReadOnlyList<string> MissingColumns)
{
    private const string Select = /* language=sql */
        """
        select
            t.name, t.root_schema || '.' || t.root_table, t.table_schema || '.' || t.table_name, t.skipped,
                c.oid is not null,
            array(
                select k.name
                from unnest(array[t.root_key, t.stage_column]) k (name)
                where k.name is not null
                and k.name not in (select a.attname from pg_catalog.pg_attribute a where a.attrelid = c.oid))
        from changelog.timeline t
        left join pg_catalog.pg_namespace n on n.nspname = t.root_schema
        left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.root_table
        order by t.name
        """;

    public static Task<List<TimelineStatus>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new TimelineStatus(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetInt64(3),
                row.GetBoolean(4),
                row.GetFieldValue<string[]>(5)),
            [],
            cancellationToken);
}
