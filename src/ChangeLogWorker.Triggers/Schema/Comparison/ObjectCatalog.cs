using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>
/// Reads what is installed from the catalog alone: a function that reports it might have been altered.
/// </summary>
internal static class ObjectCatalog
{
    /// <summary>
    /// Before any query of ours: names must resolve to the catalog, and definitions must print uniformly.
    /// </summary>
    public const string Pin = /* language=sql */
        """
        select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
               pg_catalog.set_config('quote_all_identifiers', 'off', true)
        """;

    private const string Objects = /* language=sql */
        """
        select
            'function',
            n.nspname || '.' || p.proname,
            format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
            quote_ident(pg_get_userbyid(p.proowner)),
            case when p.probin is null then encode(sha256(convert_to(p.prosrc, getdatabaseencoding())), 'hex') end,
            array_remove(
                array[
                    case when p.prosecdef then 'security definer' else 'security invoker' end,
                    case p.provolatile when 's' then 'stable' when 'i' then 'immutable' else 'volatile' end,
                    'language ' || l.lanname,
                    case when p.proisstrict then 'strict' end,
                    case p.proparallel when 's' then 'parallel safe' when 'r' then 'parallel restricted' end,
                    case when p.proleakproof then 'leakproof' end,
                    case when p.prokind <> 'f' then 'kind ' || p.prokind::text end],
                null)
            || array(
                select 'set ' || lower(split_part(s.setting, '=', 1)) || ' = '
                    || replace(substr(s.setting, strpos(s.setting, '=') + 1), '"', '')
                from unnest(p.proconfig) s (setting)),
            p.oid::bigint
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace and n.nspname = any ($4)
        join pg_language l on l.oid = p.prolang
        where n.nspname || '.' || p.proname = any ($1)
        union all
        select
            case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end,
            n.nspname || '.' || c.relname,
            format('%I.%I', n.nspname, c.relname),
            quote_ident(pg_get_userbyid(c.relowner)),
            null,
            array_remove(
                array[
                    case when c.relrowsecurity then 'row level security' end,
                    case when c.relforcerowsecurity then 'forced row level security' end],
                null),
            c.oid::bigint
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = any ($4)
        where c.relkind in ('r', 'p', 'v', 'S')
        and (n.nspname || '.' || c.relname = any ($2) or n.nspname || '.' || c.relname ~ $3)
        union all
        -- of an ordinary role that has nothing to do with it: whoever owns a schema can drop all that is in it
        select 'schema', n.nspname, quote_ident(n.nspname), quote_ident(r.rolname), null, '{}', n.oid::bigint
        from pg_namespace n
        join pg_roles r on r.oid = n.nspowner
        join pg_database d on d.datname = current_database()
        where n.nspname = any ($4)
        and obj_description(n.oid, 'pg_namespace') like 'ChangeLog:%'
        and not r.rolsuper
        and r.rolname <> 'changelog_owner'
        and n.nspowner <> d.datdba
        order by 7
        """;

    public static async Task<IReadOnlyList<InstalledObject>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.RowsAsync(
            Objects,
            row => new InstalledObject(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.TextOrNull(4),
                [.. row.GetFieldValue<string[]>(5).Order(StringComparer.Ordinal)]),
            [
                Query.Texts(RoutineDefinition.All.Select(routine => routine.Name).Distinct()),
                Query.Texts(EmbeddedScripts.All.SelectMany(OwnNames.Relations).Distinct()),
                Query.Text(OwnNames.Partitions),
                Query.Texts(ApplicationSchemas.Own),
            ],
            cancellationToken);
}
