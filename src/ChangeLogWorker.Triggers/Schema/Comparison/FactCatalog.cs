using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema.Comparison;

/// <summary>Reads from the catalog what <see cref="SchemaFact.Expected"/> lists; calls none of our functions.</summary>
/// <remarks>
/// Not read: what settings and administrators decide (foreign keys to the application's tables, storage parameters,
/// tablespaces, rights of other roles than ours), what partitions inherit, and what only PostgreSQL 17 and 18 have.
/// </remarks>
internal static class FactCatalog
{
    /// <summary>Ours; grants to other roles are an administrator's.</summary>
    private static readonly string[] Roles =
        [
            "changelog_capture", "changelog_links", "changelog_owner", "changelog_worker", "changelog_reader",
            "changelog_application"];

    private const string Facts = /* language=sql */
        """
        with relation as materialized (
            select c.oid, c.relkind, c.relowner, c.relacl, c.relpersistence, n.nspname || '.' || c.relname as name,
                n.nspname || '.' || c.relname ~ $2 as is_leaf,
                case c.relkind when 'S' then 'sequence ' else 'table ' end || n.nspname || '.' || c.relname as object,
                case c.relkind when 'S' then 's' else 'r' end::"char" as acl_kind
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace and n.nspname = any ($4)
            where c.relkind in ('r', 'p', 'v', 'S')
            and (n.nspname || '.' || c.relname = any ($1) or n.nspname || '.' || c.relname ~ $2)
        ), stem as materialized (
            select r.oid, r.name, r.relkind, r.relpersistence
            from relation r
            where r.relkind in ('r', 'p')
            and not r.is_leaf
        ), attribute as materialized (
            select s.name as relation, a.attname::text as name, a.*, pg_get_expr(d.adbin, d.adrelid) as expression
            from stem s
            join pg_attribute a on a.attrelid = s.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        ), own_trigger as materialized (
            -- guards stand in changelog.guard_plan, triggers that capture in changelog.trigger_plan
            select r.name as relation, t.tgname::text as name, t.oid, t.tgrelid
            from relation r
            join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
            where not r.is_leaf
            and not (r.relkind in ('r', 'p') and t.tgname in ('refuse_change', 'refuse_truncate'))
            and not exists (
                select
                from pg_proc p
                where p.oid = t.tgfoid
                and p.pronamespace = to_regnamespace('logs')
                and starts_with(p.proname, 'capture_'))
        ), acl as (
            select 'schema ' || quote_ident(n.nspname) as object, 'n'::"char" as kind, n.nspowner as owner,
                null::name as part,
                coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
            from pg_namespace n
            where n.nspname = any ($4)
            union all
            select r.object, r.acl_kind, r.relowner, null, coalesce(r.relacl, acldefault(r.acl_kind, r.relowner))
            from relation r
            union all
            select r.object, r.acl_kind, r.relowner, a.attname, a.attacl
            from relation r
            join pg_attribute a on a.attrelid = r.oid and a.attacl is not null
            union all
            select format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), 'f',
                p.proowner, null,
                coalesce(p.proacl, acldefault('f', p.proowner))
            from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace and n.nspname = any ($4)
            where n.nspname || '.' || p.proname = any ($3)
        )
        select 'table' as kind, s.name as relation, '' as name,
            case
                when s.relkind = 'p' then 'partition by ' || pg_get_partkeydef(s.oid)
                when s.relpersistence = 'u' then 'unlogged'
                else 'ordinary'
            end
        from stem s
        union all
        select 'sequence', r.name, '', format(
            'as %s, increment %s, minvalue %s, maxvalue %s, cache %s, %s', format_type(q.seqtypid, null),
                q.seqincrement, q.seqmin,
            q.seqmax, q.seqcache, case when q.seqcycle then 'cycle' else 'no cycle' end)
        from relation r
        join pg_sequence q on q.seqrelid = r.oid
        union all
        select 'column', a.relation, a.name,
            format_type(a.atttypid, a.atttypmod)
            || case when a.attcollation <> t.typcollation then (
                select format(' collate %I.%I', n.nspname, l.collname)
                from pg_collation l
                join pg_namespace n on n.oid = l.collnamespace
                where l.oid = a.attcollation) else '' end
            || case when a.attgenerated <> '' then format(' generated always as (%s) stored', a.expression) else '' end
        from attribute a
        join pg_type t on t.oid = a.atttypid
        union all
        select 'not null', a.relation, a.name, ''
        from attribute a
        where a.attnotnull
        union all
        select 'default', a.relation, a.name, a.expression
        from attribute a
        where a.attgenerated = ''
        and a.expression is not null
        union all
        select 'identity', a.relation, a.name, format(
            '%s, increment %s, minvalue %s, maxvalue %s, cache %s, %s',
                case a.attidentity when 'a' then 'always' else 'by default' end,
            q.seqincrement, q.seqmin, q.seqmax, q.seqcache, case when q.seqcycle then 'cycle' else 'no cycle' end)
        from attribute a
        join pg_depend d
            on d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum
                and d.deptype = 'i'
            and d.classid = 'pg_class'::regclass
        join pg_sequence q on q.seqrelid = d.objid
        where a.attidentity <> ''
        union all
        select 'constraint', s.name, k.conname::text, pg_get_constraintdef(k.oid)
        from stem s
        join pg_constraint k on k.conrelid = s.oid
        where k.contype in ('p', 'u', 'c', 'x') or k.contype = 'f' and k.confrelid in (select o.oid from stem o)
        union all
        select 'index', s.name, c.relname::text,
            case when i.indisunique then 'unique ' else '' end
            || substr(d.def, strpos(d.def, ' USING ') + 7)
            || case when i.indisvalid then '' else ' invalid' end
        from stem s
        join pg_index i on i.indrelid = s.oid
        join pg_class c on c.oid = i.indexrelid
        cross join lateral pg_get_indexdef(i.indexrelid) d (def)
        where not exists (
            select
            from pg_constraint k
            where k.conindid = i.indexrelid
            and k.contype in ('p', 'u', 'x'))
        union all
        select 'trigger', t.relation, t.name, pg_get_triggerdef(t.oid)
        from own_trigger t
        union all
        select 'enabled', t.relation, t.name, (
            select string_agg(distinct case w.tgenabled
                when 'O' then 'origin' when 'A' then 'always' when 'R' then 'replica' else 'disabled' end, ' and ')
            from pg_trigger w
            where w.oid = t.oid
            or w.tgname = t.name and w.tgparentid <> 0
                and w.tgrelid in (select p.relid from pg_partition_tree(t.tgrelid) p))
        from own_trigger t
        union all
        select 'rule', r.name, w.rulename::text, ''
        from relation r
        join pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
        union all
        select 'child', s.name, i.inhrelid::regclass::text, ''
        from stem s
        join pg_inherits i on i.inhparent = s.oid
        where s.relkind = 'r'
        union all
        select 'rights', o.object, '', coalesce(string_agg(distinct o.one, ', ' order by o.one), '')
        from (
            select a.object, format('%s%s%s of %s', x.privilege_type, case when x.is_grantable then '*' end,
                ' (' || a.part || ')',
                case when x.grantee = 0 then 'PUBLIC' else pg_get_userbyid(x.grantee) end) collate "C" as one
            from acl a
            cross join aclexplode(a.acl) x
            where x.privilege_type <> 'MAINTAIN'
            and (x.grantee <> a.owner or pg_get_userbyid(x.grantee) = 'changelog_owner')
            and (x.grantee = 0 or pg_get_userbyid(x.grantee) = any ($5))
            union all
            select a.object, format('no %s of %I', d.privilege_type, pg_get_userbyid(a.owner))
            from acl a
            cross join aclexplode(acldefault(a.kind, a.owner)) d
            where a.part is null
            and d.grantee = a.owner
            and d.privilege_type <> 'MAINTAIN'
            and not exists (
                select
                from aclexplode(a.acl) x
                where x.grantee = a.owner
                and x.privilege_type = d.privilege_type)
            union all
            -- nobody may be left who has any
            select a.object, null
            from acl a
            where a.part is null) o
        group by o.object
        """;

    public static async Task<IReadOnlyList<SchemaFact>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // null if another session has dropped it since the query began
        var facts = await connection.RowsAsync(
            Facts,
            row => row.TextOrNull(3) is { } definition
                ? new SchemaFact(row.GetString(0), row.GetString(1), row.GetString(2), Current(definition))
                : null,
            [
                Query.Texts(EmbeddedScripts.All.SelectMany(OwnNames.Relations).Distinct()),
                Query.Text(OwnNames.Partitions),
                Query.Texts(RoutineDefinition.All.Select(routine => routine.Name).Distinct()),
                Query.Texts(ApplicationSchemas.Own),
                Query.Texts(Roles),
            ],
            cancellationToken);
        return [.. facts.OfType<SchemaFact>()];
    }

    // PostgreSQL 13, and databases upgraded from it by pg_upgrade, print a call
    private static string Current(string definition) => definition.Replace(
        "timezone('UTC'::text, CURRENT_TIMESTAMP)", "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text)",
        StringComparison.Ordinal);
}
