using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Handlers.Timelines;

/// <summary>What the database says of the tables that timelines name.</summary>
internal sealed class TimelineCatalog(NpgsqlConnection connection)
{
    /* language=sql */
    private const string SelectTables =
        """
        select n.nspname::text, c.relname::text
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        and not c.relispartition
        and not changelog.is_internal(n.nspname, c.relname)
        """;

    /* language=sql */
    private const string SelectSchemas =
        """
        select n.nspname::text
        from pg_catalog.pg_namespace n
        where not pg_catalog.starts_with(n.nspname::text, 'pg_')
        and n.nspname <> 'information_schema'
        """;

    /* language=sql */
    private const string SelectColumns =
        """
        select
            a.attname::text,
            case
                when n.nspname = 'pg_catalog' then pg_catalog.format_type(a.atttypid, a.atttypmod)
                else pg_catalog.format('%I.%I', n.nspname, t.typname)
            end,
            a.attnotnull and not a.atthasdef and a.attidentity = '',
            a.attnotnull,
            exists (
                select
                from pg_catalog.pg_index i
                where i.indrelid = a.attrelid
                and i.indisunique
                and i.indisvalid
                and i.indpred is null
                and i.indnkeyatts = 1
                and i.indkey[0] = a.attnum
                and (i.indisprimary or a.attname = 'id'))
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
        join pg_catalog.pg_namespace n on n.oid = t.typnamespace
        join pg_catalog.pg_class r on r.oid = a.attrelid
        where r.relname = $2
        and r.relnamespace = (select s.oid from pg_catalog.pg_namespace s where s.nspname = $1)
        and a.attnum > 0
        and not a.attisdropped
        order by a.attname <> 'id', a.attnum
        """;

    /* language=sql */
    private const string SelectEnums =
        """
        select n.nspname || '.' || t.typname, pg_catalog.format('%I.%I', n.nspname, t.typname), array(
            select l.enumlabel::text
            from pg_catalog.pg_enum l
            where l.enumtypid = t.oid
            order by l.enumsortorder)
        from pg_catalog.pg_type t
        join pg_catalog.pg_namespace n on n.oid = t.typnamespace
        where t.typtype = 'e'
        order by n.nspname <> 'public', 1
        """;

    /* language=sql */
    private const string SelectReaching =
        """
        with recursive reach as (
            select f.conrelid as oid
            from pg_catalog.pg_constraint f
            join pg_catalog.pg_class p on p.oid = f.confrelid
            join pg_catalog.pg_namespace s on s.oid = p.relnamespace
            where f.contype = 'f' and s.nspname = $1 and p.relname = $2
            union
            select f.conrelid
            from reach r
            join pg_catalog.pg_constraint f on f.contype = 'f' and f.confrelid = r.oid
        )
        select n.nspname::text, c.relname::text
        from reach r
        join pg_catalog.pg_class c on c.oid = r.oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        """;

    /* language=sql */
    private const string SelectHolder =
        "select name from changelog.timeline where table_schema = $1 and table_name = $2 and name <> $3";

    public Task<List<TableName>> TablesAsync(CancellationToken cancellationToken) =>
        connection.RowsAsync(
            SelectTables, row => new TableName(row.GetString(0), row.GetString(1)), [], cancellationToken);

    public Task<List<string>> SchemasAsync(CancellationToken cancellationToken) =>
        connection.ColumnAsync<string>(SelectSchemas, [], cancellationToken);

    public Task<List<CatalogColumn>> ColumnsAsync(TableName table, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            SelectColumns,
            row => new CatalogColumn(
                row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4)),
            [table.Schema, table.Name],
            cancellationToken);

    public Task<List<CatalogEnum>> EnumsAsync(CancellationToken cancellationToken) =>
        connection.RowsAsync(
            SelectEnums,
            row => new CatalogEnum(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2)),
            [],
            cancellationToken);

    /// <summary>The tables that reach one by foreign keys, in any number of steps.</summary>
    public Task<List<TableName>> ReachingAsync(TableName table, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            SelectReaching,
            row => new TableName(row.GetString(0), row.GetString(1)),
            [table.Schema, table.Name],
            cancellationToken);

    /// <summary>Another timeline that a table holds already.</summary>
    public async Task<string?> HolderAsync(TableName table, string timeline, CancellationToken cancellationToken) =>
        (await connection.ColumnAsync<string>(
            SelectHolder, [table.Schema, table.Name, timeline], cancellationToken))
            .FirstOrDefault();
}
