using System.Text;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>
/// A schema of one of our names that the application had first: shared unless one of our objects' names is taken in it.
/// </summary>
/// <remarks>
/// Sql/Schema/changelog.script.table.sql creates missing ones and records the others
/// (changelog.installation.shared_schemas), whose comments and privileges are left alone.
/// </remarks>
internal static class SharedSchemas
{
    private const int NamedAtMost = 10;

    // $1 and $2: relations and routines about to be created; $3: whether for the first time, otherwise $4: the shared
    // schemas, since in our own schemas a routine missing from the journal was merely lost from it
    private const string Taken = /* language=sql */
        $"""
        with taken as (
            select n.nspname, c.relname as name, c.oid,
                   case c.relkind
                       when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'i' then
                           'index'
                       when 'I' then 'index' when 'c' then 'type' when 'f' then 'foreign table' else 'table'
                   end || ' ' || format('%I.%I', n.nspname, c.relname) as object
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = any ({ApplicationSchemas.OwnArray})
            and (n.nspname || '.' || c.relname = any ($1)
                or $3 and n.nspname || '.' || c.relname ~ '{OwnNames.Partitions}')
            union all
            select n.nspname, t.typname, t.oid, 'type ' || format('%I.%I', n.nspname, t.typname)
            from pg_type t
            join pg_namespace n on n.oid = t.typnamespace
            where t.typrelid = 0
            and t.typelem = 0
            and n.nspname || '.' || t.typname = any ($1)
            union all
            select n.nspname, p.proname, p.oid, 'function ' || p.oid::regprocedure
            from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace
            where n.nspname || '.' || p.proname = any ($2)
            and ($3 or n.nspname = any ($4))
        )
        select k.object,
               k.nspname::text,
               array(
                   select format('function %s', p.oid::regprocedure)
                   from pg_proc p
                   join pg_namespace n on n.oid = p.pronamespace
                   where p.prosrc ~ format('(^|[^[:alnum:]_])"?%s"?[[:space:]]*[.][[:space:]]*"?%s($|[^[:alnum:]_])',
                       k.nspname, k.name)
                   and n.nspname not in ('pg_catalog', 'information_schema')
                   and p.oid <> k.oid
                   order by 1)
        from taken k
        order by 1
        """;

    // functions whose text names the schema; views and foreign keys of other schemas that refer to it
    private const string Referring = /* language=sql */
        """
        select r.object
        from (
            select 1 as place, format('function %s', p.oid::regprocedure) as object
            from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace
            where p.prosrc ~ format('(^|[^[:alnum:]_])"?%s"?[[:space:]]*[.]', $1::text)
            and n.nspname not in ('pg_catalog', 'information_schema')
            union
            select 2, format('%s %I.%I', case v.relkind when 'v' then 'view' else 'materialized view' end, n.nspname,
                v.relname)
            from pg_depend d
            join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
            join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
            join pg_class v on v.oid = w.ev_class and v.relkind in ('v', 'm')
            join pg_namespace n on n.oid = v.relnamespace
            where t.relnamespace = to_regnamespace($1::text)
            and v.relnamespace <> t.relnamespace
            union
            select 3, format('foreign key %I of %I.%I', f.conname, n.nspname, c.relname)
            from pg_constraint f
            join pg_class t on t.oid = f.confrelid
            join pg_class c on c.oid = f.conrelid
            join pg_namespace n on n.oid = c.relnamespace
            where f.contype = 'f'
            and t.relnamespace = to_regnamespace($1::text)
            and c.relnamespace <> t.relnamespace
        ) r
        order by r.place, r.object
        """;

    /// <summary>Refuses an install that would collide with an object of the application.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="journal">The scripts that ran here before.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException">
    /// Nothing was changed; the message names what collides and what refers to it.
    /// </exception>
    public static async Task RequireFreeNamesAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        var known = EmbeddedScripts.All
            .Where(script => journal.ContainsKey(script.Name) || (journal.Count > 0 && Baseline.Made(script))).ToList();
        var made = EmbeddedScripts.All.Except(known).ToList();
        var shared = journal.Count == 0 ? [] : await connection.LinesAsync(
            InstallConditions.Shared, [], cancellationToken);
        var taken = await connection.RowsAsync(
            Taken,
            row => (Object: row.GetString(0), Schema: row.GetString(1), NamedBy: row.GetFieldValue<string[]>(2)),
            [
                Query.Texts(made.SelectMany(OwnNames.Relations).Except(known.SelectMany(OwnNames.Relations))),
                Query.Texts(made.SelectMany(OwnNames.Routines).Except(known.SelectMany(OwnNames.Routines))),
                Query.Of(journal.Count == 0),
                Query.Texts(shared),
            ],
            cancellationToken);
        if (taken.Count > 0)
        {
            throw new RefusedException(await DescribeAsync(connection, taken, cancellationToken), 2);
        }
    }

    /// <summary>The same check for psql, without a program: raises an error that lists what is taken.</summary>
    public static string PrintCheck(IEnumerable<SqlScript> scripts) =>
        /* language=sql */
        $"""
        do $taken$
        declare
            taken text;
        begin
            select string_agg(k.name, ', ' order by k.name)
            into taken
            from (
                select n.nspname || '.' || c.relname as name
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname || '.' || c.relname = any
                    ({OwnNames.Array(scripts.SelectMany(OwnNames.Relations).Distinct())})
                union
                select n.nspname || '.' || t.typname
                from pg_type t
                join pg_namespace n on n.oid = t.typnamespace
                where t.typrelid = 0
                and n.nspname || '.' || t.typname = any
                    ({OwnNames.Array(scripts.SelectMany(OwnNames.Relations).Distinct())})
                union
                select n.nspname || '.' || p.proname
                from pg_proc p
                join pg_namespace n on n.oid = p.pronamespace
                where n.nspname || '.' || p.proname = any
                    ({OwnNames.Array(scripts.SelectMany(OwnNames.Routines).Distinct())})
            ) k;
            if taken is not null then
                raise exception 'there are objects already under names that ChangeLog needs: %', taken;
            end if;
        end
        $taken$;

        """;

    private static async Task<string> DescribeAsync(
        NpgsqlConnection connection, List<(string Object, string Schema, string[] NamedBy)> taken,
        CancellationToken cancellationToken)
    {
        var text = new StringBuilder(
            $"Objects of yours have names that ChangeLog needs: {List(taken.Select(one => one.Object))}. "
                + "Nothing was changed.");
        foreach (var schema in taken.Select(one => one.Schema).Distinct())
        {
            var referring = await connection.LinesAsync(
                Referring, [Query.Text(schema)], cancellationToken);
            if (referring.Count > 0)
            {
                text.Append($" These refer to the schema {schema}, so it keeps its name: {List(referring)}.");
            }
        }

        var namedBy = taken.SelectMany(one => one.NamedBy).Distinct().ToList();
        text.Append(namedBy.Count > 0
            ? $" The objects are named by the text of {List(namedBy)}: give them other names only in one transaction "
                + "with these, and "
                + "in the application's own queries; or use another database."
            : " No function's text names the objects: give them other names, where the application's own queries can "
                + "follow; "
                + "views and foreign keys follow by themselves. Or use another database.");
        return text.ToString();
    }

    private static string List(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return string.Join(", ", all.Take(NamedAtMost))
            + (all.Count > NamedAtMost ? $" and {all.Count - NamedAtMost} more" : string.Empty);
    }
}
