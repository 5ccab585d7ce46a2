using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>The size of one of the log's tables, with partitions and indexes.</summary>
internal sealed record LogSize(string Table, int Partitions, long EstimatedRows, long Bytes)
{
    private const string Select = /* language=sql */
        """
        select
            p.root,
            count(*)::integer,
            sum(greatest(c.reltuples, 0))::bigint,
            sum(pg_catalog.pg_total_relation_size(c.oid))::bigint
        from (values
            ('logs.transaction'), ('logs.change'), ('logs.change_details'), ('logs.change_links'), ('lib_event.event'),
            ('platform.activity_logs'), ('platform.user_audit_logs')
        ) as p (root)
        join pg_catalog.pg_class c
            on c.oid in (select relid from pg_catalog.pg_partition_tree(p.root::regclass) union select p.root::regclass)
            and c.relkind = 'r'
        group by p.root
        order by p.root
        """;

    public static Task<List<LogSize>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new LogSize(row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
            [],
            cancellationToken);
}
