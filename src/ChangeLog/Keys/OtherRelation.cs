using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Keys;

/// <summary>Something that has a name like a table's but no history, and why.</summary>
internal static class OtherRelation
{
    // of several the one that an unqualified name means most likely
    private const string Named = /* language=sql */
        """
        select c.oid, n.nspname || '.' || c.relname, n.nspname::text, c.relkind::text,
            changelog.is_own(n.nspname, c.relname)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where $1 in (n.nspname || '.' || c.relname, c.relname)
        and (c.relkind in ('v', 'S', 'i', 'I') or changelog.is_internal(n.nspname, c.relname))
        order by n.nspname <> 'public', changelog.is_internal(n.nspname, c.relname), 2
        limit 1
        """;

    private const string TablesOfView = /* language=sql */
        """
        with recursive behind (oid) as (
            select $1
            union
            select d.refobjid
            from behind b
            join pg_catalog.pg_rewrite r on r.ev_class = b.oid
            join pg_catalog.pg_depend d
                on d.classid = 'pg_catalog.pg_rewrite'::regclass
                and d.objid = r.oid
                and d.refclassid = 'pg_catalog.pg_class'::regclass
        )
        select n.nspname || '.' || c.relname
        from behind b
        join pg_catalog.pg_class c on c.oid = b.oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        and not changelog.is_internal(n.nspname, c.relname)
        order by 1
        """;

    /// <summary>Why what has this name has no history; null: nothing has it.</summary>
    public static async Task<string?> FindAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            Named,
            row => (
                Oid: row.GetFieldValue<uint>(0),
                Name: row.GetString(1),
                Schema: row.GetString(2),
                Kind: row.GetString(3),
                IsOwn: row.GetBoolean(4)),
            [name],
            cancellationToken);
        return found switch
        {
            [] => null,
            [{ IsOwn: true } own] =>
                $"{own.Name} is ChangeLog's own, which it does not log: it has no history.",
            [{ Schema: ['p', 'g', '_', 't', 'e', 'm', 'p', '_', ..] } temporary] =>
                $"{temporary.Name} is temporary: it goes with its session, and has no history.",
            [{ Schema: "information_schema" or ['p', 'g', '_', ..] } system] =>
                $"{system.Name} is PostgreSQL's own, which takes no triggers: it has no history.",
            [{ Kind: "v" } view] => $"{view.Name} is a view, and has no history but that of the tables behind it"
                + await BehindAsync(connection, view.Oid, cancellationToken),
            [{ Kind: "S" } sequence] => $"{sequence.Name} is a sequence: it has no rows, and no history.",
            [var index, ..] => $"{index.Name} is an index: it has no history but its table's.",
        };
    }

    private static async Task<string> BehindAsync(
        NpgsqlConnection connection, uint view, CancellationToken cancellationToken)
    {
        var tables = await connection.ColumnAsync<string>(TablesOfView, [view], cancellationToken);
        return tables.Count == 0 ? "." : $": {string.Join(", ", tables)}.";
    }
}
