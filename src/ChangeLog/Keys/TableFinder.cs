using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Keys;

/// <summary>Finds a table by its current name, otherwise by a former one.</summary>
internal sealed class TableFinder(NpgsqlConnection connection)
{
    private const string Living = /* language=sql */
        """
        select coalesce(rn.nspname, n.nspname)::text, coalesce(r.relname, c.relname)::text, coalesce(r.oid, c.oid)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_class r on c.relispartition and r.oid = pg_catalog.pg_partition_root(c.oid)
        left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        where c.relkind in ('r', 'p', 'f', 'm')
        """;

    private const string ExistingTables = /* language=sql */
        $"""
        {Living}
        and ($1 = n.nspname || '.' || c.relname or $1 = c.relname)
        and not changelog.is_internal(n.nspname, c.relname)
        order by n.nspname <> 'public', 1, 2
        """;

    /* language=sql */
    private const string ExistingTable = $"{Living} and c.oid = $1";

    // the last table to have the name; it may have another one now
    private const string FormerNames = /* language=sql */
        """
        select distinct on (v.table_schema <> 'public', v.table_schema, v.table_name)
            coalesce(n.nspname, v.table_schema)::text, coalesce(c.relname, v.table_name)::text, c.oid
        from changelog.coverage v
        left join pg_catalog.pg_class c on c.oid = v.table_oid
        left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where $1 = v.table_schema || '.' || v.table_name or $1 = v.table_name
        order by v.table_schema <> 'public', v.table_schema, v.table_name, v.id desc
        """;

    private const string AllNames = /* language=sql */
        """
        select n.nspname || '.' || c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        and not c.relispartition
        and not changelog.is_internal(n.nspname, c.relname)
        union
        select table_schema || '.' || table_name from changelog.coverage
        """;

    private const string OidsOfName = /* language=sql */
        """
        select distinct v.table_oid, exists (select from pg_catalog.pg_class c where c.oid = v.table_oid)
        from changelog.coverage v
        where v.table_schema = $1 and v.table_name = $2
        """;

    private const string NamesOfOids = /* language=sql */
        """
        select distinct unnest(array[table_schema || '.' || table_name, table_name])
        from changelog.coverage
        where table_oid = any($1)
        """;

    private const string ColumnsOfOid = /* language=sql */
        """
        select attname::text
        from pg_catalog.pg_attribute
        where attrelid = $1 and attnum > 0 and not attisdropped
        order by attnum
        """;

    private const string KeyOfOid = /* language=sql */
        "select k.name from changelog.key_columns($1), unnest(columns) with ordinality as k (name, place) order by "
        + "k.place";

    private const string CoverageOfOids = /* language=sql */
        """
        select captured, reason, since
        from changelog.current_coverage
        where table_oid = any($1)
        order by since desc
        limit 1
        """;

    /// <exception cref="RefusedException">There is no such table, or several; or it has no history.</exception>
    public async Task<KnownTable> FindAsync(string given, CancellationToken cancellationToken)
    {
        var name = TableName.Unquoted(given);
        var found = await ExistingAsync(ExistingTables, name, cancellationToken);
        if (found.Count == 0)
        {
            found = await connection.RowsAsync(
                FormerNames,
                row => new FoundTable(
                    row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetFieldValue<uint>(2)),
                [name], cancellationToken);
        }

        return found.Distinct().ToList() switch
        {
            [] => throw await NothingAsync(given, name, cancellationToken),
            [var only] => await DescribeAsync(only, cancellationToken),

            // an unqualified name means public, if it exists there
            [{ Schema: "public" } first, ..] => await DescribeAsync(first, cancellationToken),
            var several => throw new RefusedException(
                $"{given} could be any of {string.Join(", ", several.Select(table => table.Name))}. Name the schema "
                    + "too.",
                ExitCode.WrongUse),
        };
    }

    public async Task<KnownTable> FindAsync(uint oid, CancellationToken cancellationToken) =>
        await DescribeAsync((await ExistingAsync(ExistingTable, oid, cancellationToken))[0], cancellationToken);

    private Task<List<FoundTable>> ExistingAsync(
        string sql, Parameter parameter, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            sql, row =>
                new FoundTable(row.GetString(0), row.GetString(1), row.GetFieldValue<uint>(2)), [
                    parameter], cancellationToken);

    private async Task<KnownTable> DescribeAsync(FoundTable found, CancellationToken cancellationToken)
    {
        var named = await connection.RowsAsync(
            OidsOfName,
            row => (Oid: row.GetFieldValue<uint>(0), Lives: row.GetBoolean(1)),
            [found.Schema, found.Table],
            cancellationToken);
        var before = named.Where(table => !table.Lives).Select(table => table.Oid);
        uint[] oids = found.Oid is { } lives ? [lives, .. before] : [.. before];
        var names = await connection.ColumnAsync<string>(NamesOfOids, [Parameter.Oids(oids)], cancellationToken);
        var columns = found.Oid is { } existing
            ? await connection.ColumnAsync<string>(ColumnsOfOid, [existing], cancellationToken)
            : [];
        var key = found.Oid is { } keyed
            ? await connection.ColumnAsync<string>(KeyOfOid, [keyed], cancellationToken)
            : [];
        var coverage = await connection.RowsAsync(
            CoverageOfOids,
            row => (
                Captured: row.GetBoolean(0), Reason: row.TextOrNull(1), Since: row.GetFieldValue<DateTimeOffset>(2)),
            [Parameter.Oids(oids)], cancellationToken);
        var now = coverage.FirstOrDefault();
        return new KnownTable(
            found.Schema,
            found.Table,
            oids,
            [.. named.Select(table => table.Oid)],
            [.. names.Union([found.Name, found.Table])],
            [.. columns],
            [.. key],
            Lives: found.Oid is not null,
            CoveredSince: now.Captured ? now.Since : null,
            NotCoveredBecause: now.Reason);
    }

    private async Task<RefusedException> NothingAsync(string given, string name, CancellationToken cancellationToken)
    {
        if (await OtherRelation.FindAsync(connection, name, cancellationToken) is { } other)
        {
            return new RefusedException(other, ExitCode.Failed);
        }

        var all = await connection.ColumnAsync<string>(AllNames, [], cancellationToken);
        var bare = all.ToLookup(known => known[(known.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        var near = name.Contains('.', StringComparison.Ordinal)
            ? NearestName.Near(name, all)
            : [.. NearestName.Near(name, bare.Select(names => names.Key)).SelectMany(one => bare[one])];
        return new RefusedException(
            $"There is no table {given}, and none of that name in the log. "
            + (near.Count == 0
                ? "changelog status --all lists what there is."
                : $"Did you mean {string.Join(" or ", near.Take(3))}?"),
            ExitCode.Failed);
    }
}
