using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Comparison;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>
/// Drops what <c>create or replace</c> cannot replace: routines with another signature, and removed ones.
/// </summary>
/// <remarks>
/// Only what an earlier version created: the journal has its name, and ChangeLog's owner or changelog_capture owns it.
/// Dependent objects of ChangeLog's are dropped and recreated; if an object of the application depends on it, the error
/// names that and nothing is changed. Runs none of our functions.
/// </remarks>
internal sealed class RoutineReplacement(NpgsqlConnection connection, IReadOnlyDictionary<string, string> journal)
{
    // named as in Installed.txt, which lists what this program's scripts create; $1: names, $2: those that stay
    private const string Stale = /* language=sql */
        """
        select p.oid
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname || '.' || p.proname = any ($1)
        and pg_catalog.format(
            'function %I.%I(%s)', n.nspname, p.proname,
                pg_catalog.pg_get_function_identity_arguments(p.oid)) <> all ($2)
        and (p.proowner = (select c.relowner from pg_catalog.pg_class c where c.oid = to_regclass('changelog.script'))
            or p.proowner = to_regrole('changelog_capture'))
        """;

    private const string Views = /* language=sql */
        """
        select c.oid
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v'
        and n.nspname || '.' || c.relname = any ($1)
        and c.relowner = (select s.relowner from pg_catalog.pg_class s where s.oid = to_regclass('changelog.script'))
        """;

    // $1: routines and views to drop, $2: names of our relations, $3: of our routines
    private const string Doomed = /* language=sql */
        """
        with recursive doomed (classid, objid) as (
            select 'pg_proc'::regclass::oid, p.oid
            from pg_catalog.pg_proc p
            where p.oid = any ($1)
            union
            select 'pg_class'::regclass, c.oid
            from pg_catalog.pg_class c
            where c.oid = any ($1)
            union
            select x.classid, x.objid
            from doomed d
            cross join lateral (
                select p.classid, p.objid
                from pg_catalog.pg_depend p
                where p.refclassid = d.classid
                and p.refobjid = d.objid
                union all
                select 'pg_class'::regclass, w.ev_class
                from pg_catalog.pg_rewrite w
                where d.classid = 'pg_rewrite'::regclass
                and w.oid = d.objid) x
        ), named as (
            select d.*, coalesce(n.nspname || '.' || c.relname, f.nspname || '.' || p.proname) as name,
                case
                    when d.classid = 'pg_proc'::regclass then f.nspname || '.' || p.proname = any ($3)
                    when d.classid = 'pg_class'::regclass then c.relkind = 'v'
                        and n.nspname || '.' || c.relname = any ($2)
                    -- these go with the view, which is asked itself
                    when d.classid in ('pg_rewrite'::regclass, 'pg_type'::regclass) then true
                    when d.classid = 'pg_attrdef'::regclass then (
                        select v.relkind = 'v'
                        from pg_catalog.pg_attrdef a
                        join pg_catalog.pg_class v on v.oid = a.adrelid
                        where a.oid = d.objid)
                    when d.classid = 'pg_trigger'::regclass then (
                        select starts_with(t.tgname, '!changelog_')
                            or r.nspname || '.' || v.relname = any ($2)
                            or r.nspname || '.' || v.relname ~ $4
                        from pg_catalog.pg_trigger t
                        join pg_catalog.pg_class v on v.oid = t.tgrelid
                        join pg_catalog.pg_namespace r on r.oid = v.relnamespace
                        where t.oid = d.objid)
                    when d.classid = 'pg_event_trigger'::regclass then (
                        select starts_with(e.evtname, 'changelog_')
                        from pg_catalog.pg_event_trigger e
                        where e.oid = d.objid)
                    else false
                end as is_ours
            from doomed d
            left join pg_catalog.pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
            left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
            left join pg_catalog.pg_namespace f on f.oid = p.pronamespace
        )
        select pg_catalog.pg_describe_object(m.classid, m.objid, 0), coalesce(m.is_ours, false),
            m.name,
            case
                when m.objid <> all ($1) then null
                when m.classid = 'pg_proc'::regclass then 'drop routine if exists ' || m.objid::regprocedure ||
                    ' cascade'
                else 'drop view if exists ' || m.objid::regclass || ' cascade'
            end
        from named m
        order by 1
        """;

    private static readonly string[] Staying =
        [.. SchemaFact.Expected.Where(fact => fact.Kind == "rights").Select(fact => fact.Relation)];

    private readonly HashSet<string> _again = [];

    /// <summary>Whether what the script creates was dropped because it depends on something replaced.</summary>
    public bool MustRun(SqlScript script) => _again.Contains(script.Name);

    /// <summary>Drops what earlier versions created and this one does not, or with other arguments.</summary>
    /// <exception cref="RefusedException">An object of the application depends on it.</exception>
    public async Task DropStaleAsync(CancellationToken cancellationToken)
    {
        var program = EmbeddedScripts.All.Select(script => script.Name).ToHashSet();
        var gone = journal.Keys.Where(name => !program.Contains(name)).ToList();
        var changed = EmbeddedScripts.All
            .Where(script => journal.ContainsKey(script.Name) && !script.IsIn(journal))
            .SelectMany(OwnNames.Routines);
        var stale = await OidsAsync(Stale, [.. changed, .. NamesOf(gone, "Routines/")], Staying, cancellationToken);
        await DropAsync(
            [.. stale, .. await OidsAsync(Views, NamesOf(gone, "Views/"), null, cancellationToken)], cancellationToken);
        await SchemaJournal.ForgetAsync(
            connection,
            gone.Where(name => !name.StartsWith("Migrations/", StringComparison.Ordinal)),
            cancellationToken);
    }

    /// <summary>
    /// Runs a script, first dropping what it cannot replace: another result, a removed default, other columns.
    /// </summary>
    /// <exception cref="RefusedException">An object of the application depends on it.</exception>
    public async Task RunAsync(SqlScript script, CancellationToken cancellationToken)
    {
        if (!journal.ContainsKey(script.Name))
        {
            await connection.ExecuteAsync(script.Text, cancellationToken);
            return;
        }

        try
        {
            await connection.ExecuteAsync(
                $"savepoint replaced;\n{script.Text}\nrelease savepoint replaced", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is
            PostgresErrorCodes.InvalidFunctionDefinition or PostgresErrorCodes.WrongObjectType
            or PostgresErrorCodes.InvalidTableDefinition)
        {
            await connection.ExecuteAsync("rollback to savepoint replaced", cancellationToken);
            string[] routines = [.. OwnNames.Routines(script)];
            await DropAsync(
                [
                    .. await OidsAsync(Stale, routines, [], cancellationToken),
                    .. await OidsAsync(Views, [.. OwnNames.Relations(script)], null, cancellationToken),
                ],
                cancellationToken);
            await connection.ExecuteAsync(script.Text, cancellationToken);
        }
    }

    private static string[] NamesOf(IEnumerable<string> scripts, string kind) =>
        [.. scripts.Where(name => name.StartsWith(kind, StringComparison.Ordinal))
            .Select(name => name[kind.Length..^".sql".Length])];

    private async Task DropAsync(IReadOnlyList<uint> oids, CancellationToken cancellationToken)
    {
        if (oids.Count == 0)
        {
            return;
        }

        var doomed = await connection.RowsAsync(
            Doomed,
            row => (
                Described: row.GetString(0), IsOurs: row.GetBoolean(1), Name: row.TextOrNull(2),
                Statement: row.TextOrNull(3)),
            [
                Query.Oids(oids),
                Query.Texts(
                    [.. EmbeddedScripts.All.SelectMany(OwnNames.Relations), .. NamesOf(journal.Keys, "Views/")]),
                Query.Texts(
                    [.. EmbeddedScripts.All.SelectMany(OwnNames.Routines), .. NamesOf(journal.Keys, "Routines/")]),
                Query.Text(OwnNames.Partitions),
            ],
            cancellationToken);
        List<string> others = [.. doomed.Where(one => !one.IsOurs).Select(one => one.Described)];
        List<string> dropped = [.. doomed.Where(one => one.IsOurs).Select(one => one.Name).OfType<string>()];
        if (others.Count > 0)
        {
            throw new RefusedException(
                $"This version replaces {string.Join(", ", dropped.Distinct().Take(3))}, "
                + "but objects of yours depend on what is "
                + $"there: {string.Join(", ", others)}. Nothing was changed. Drop them, run this again, "
                + "and recreate them.", 1);
        }

        // everything that depends on it is ours and is recreated: the cascade reaches nothing else
        await connection.ExecuteAsync(
            string.Join("; ", doomed.Select(one => one.Statement).OfType<string>()), cancellationToken);
        _again.UnionWith(EmbeddedScripts.All
            .Where(script => OwnNames.Relations(script).Concat(OwnNames.Routines(script)).Any(dropped.Contains)
                && !script.IsTable)
            .Select(script => script.Name));
    }

    private Task<List<uint>> OidsAsync(
        string sql, string[] names, string[]? staying, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            sql,
            row => row.GetFieldValue<uint>(0),
            staying is null ? [Query.Texts(names)] : [Query.Texts(names), Query.Texts(staying)],
            cancellationToken);
}
