using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Undo.Tables;

/// <summary>Reads what the server knows of tables: columns, keys, foreign keys, and the login's rights.</summary>
internal sealed class UndoCatalog(NpgsqlConnection connection)
{
    private const string Tables = /* language=sql */
        """
        select
            c.oid,
            n.nspname || '.' || c.relname,
            format('%I.%I', n.nspname, c.relname),
            c.relkind = 'p',
            coalesce((select k.columns from changelog.key_columns(c.oid) k), '{}'),
            array(
                select t.tgname::text
                from pg_trigger t
                join pg_proc p on p.oid = t.tgfoid
                where t.tgrelid = c.oid
                and not t.tgisinternal
                and t.tgenabled not in ('D', 'R')
                and p.pronamespace not in ('logs'::regnamespace, 'changelog'::regnamespace)
                order by t.tgname),
            array(
                select p.name
                from unnest(array['select', 'insert', 'update', 'delete']) p (name)
                where has_table_privilege(c.oid, p.name)
                or p.name <> 'delete' and has_any_column_privilege(c.oid, p.name)),
            row_security_active(c.oid),
            case when not changelog.reads_as_itself(c.oid) then pg_get_userbyid(c.relowner)::text end
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.oid = any($1)
        and c.relkind in ('r', 'p')
        """;

    private const string Columns = /* language=sql */
        """
        select
            a.attrelid,
            a.attname::text,
            quote_ident(a.attname),
            coalesce((
                select format('operator(%I.%s)', s.nspname, o.oprname)
                from pg_opclass p
                join pg_amop m on m.amopfamily = p.opcfamily
                join pg_operator o on o.oid = m.amopopr
                join pg_namespace s on s.oid = o.oprnamespace
                join pg_am x on x.oid = p.opcmethod
                where x.amname = 'btree'
                and p.opcdefault
                and p.opcintype = coalesce(nullif(t.typbasetype, 0), t.oid)
                and m.amoplefttype = p.opcintype
                and m.amoprighttype = p.opcintype
                and m.amopstrategy = 3), 'operator(pg_catalog.=)'),
            changelog.base_type(a.atttypid, a.atttypmod) in ('json', 'jsonb'),
            a.attnotnull and not a.atthasdef and a.attidentity = '',
            a.attgenerated <> ''
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        where a.attrelid = any($1)
        and a.attnum > 0
        and not a.attisdropped
        order by a.attrelid, a.attnum
        """;

    private const string Uniques = /* language=sql */
        """
        select i.indrelid, array(
            select a.attname::text
            from unnest(i.indkey::int2[]) with ordinality k (attnum, place)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where k.place <= i.indnkeyatts
            order by k.place)
        from pg_index i
        where i.indrelid = any($1)
        and i.indisunique
        and i.indpred is null
        and i.indexprs is null
        """;

    private const string References = /* language=sql */
        """
        select
            c.conname::text,
            c.conrelid,
            array(
                select a.attname::text
                from unnest(c.conkey) with ordinality k (attnum, place)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
                order by k.place),
            c.confrelid,
            array(
                select a.attname::text
                from unnest(c.confkey) with ordinality k (attnum, place)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum
                order by k.place),
            c.confdeltype in ('c', 'n', 'd'),
            c.confupdtype in ('c', 'n', 'd')
        from pg_constraint c
        where c.contype = 'f'
        and c.conparentid = 0
        and (c.conrelid = any($1) or c.confrelid = any($1))
        order by c.conname, c.conrelid
        """;

    public async Task<Dictionary<uint, UndoTable>> TablesAsync(
        IEnumerable<uint> oids, CancellationToken cancellationToken)
    {
        var wanted = Parameter.Oids(oids);
        var columns = (await connection.RowsAsync(
            Columns,
            row => (Table: row.GetFieldValue<uint>(0), Column: new UndoColumn(
                row.GetString(1), row.GetString(2), row.GetString(3),
                row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6))),
            [wanted],
            cancellationToken)).ToLookup(row => row.Table, row => row.Column);
        var uniques = (await connection.RowsAsync(
            Uniques,
            row => (Table: row.GetFieldValue<uint>(0), Columns: row.GetFieldValue<string[]>(1)),
            [wanted],
            cancellationToken)).ToLookup(row => row.Table, row => row.Columns);
        var tables = await connection.RowsAsync(
            Tables, row => Read(row, oid => columns[oid], oid => uniques[oid]), [wanted], cancellationToken);
        return tables.ToDictionary(table => table.Oid);
    }

    /// <summary>The foreign keys from and to these tables; to tables that refer to them too.</summary>
    public async Task<List<UndoReference>> ReferencesAsync(
        IReadOnlyDictionary<uint, UndoTable> tables, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            References,
            row => (
                Name: row.GetString(0),
                Child: row.GetFieldValue<uint>(1),
                ChildColumns: row.GetFieldValue<string[]>(2),
                Parent: row.GetFieldValue<uint>(3),
                ParentColumns: row.GetFieldValue<string[]>(4),
                ActsOnDelete: row.GetBoolean(5),
                FollowsUpdate: row.GetBoolean(6)),
            [Parameter.Oids(tables.Keys)],
            cancellationToken);
        var others = found.SelectMany(reference => new[] { reference.Child, reference.Parent }).Except(tables.Keys);
        var all = tables.Concat(await TablesAsync(others, cancellationToken)).ToDictionary();
        return [.. found.Select(reference => new UndoReference(
            reference.Name,
            all[reference.Child],
            Of(all[reference.Child], reference.ChildColumns),
            all[reference.Parent],
            Of(all[reference.Parent], reference.ParentColumns),
            reference.ActsOnDelete,
            reference.FollowsUpdate))];
    }

    private static UndoTable Read(
        NpgsqlDataReader row,
        Func<uint, IEnumerable<UndoColumn>> columnsOf,
        Func<uint, IEnumerable<string[]>> uniquesOf)
    {
        var oid = row.GetFieldValue<uint>(0);
        var columns = columnsOf(oid).ToDictionary(column => column.Name);
        return new UndoTable(
            oid,
            row.GetString(1),
            row.GetString(2),
            row.GetBoolean(3),
            columns,
            [.. row.GetFieldValue<string[]>(4).Select(name => columns[name])],
            [.. uniquesOf(oid).Select(names => names.Select(name => columns[name]).ToList())],
            row.GetFieldValue<string[]>(5),
            row.GetFieldValue<string[]>(6),
            row.GetBoolean(7),
            row.TextOrNull(8));
    }

    private static List<UndoColumn> Of(UndoTable table, string[] names) =>
        [.. names.Select(name => table.Columns[name])];
}
