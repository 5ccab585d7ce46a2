-- changelog.guard_plan(): guards of append-only tables (logs.refuse_change) that are missing, altered or disabled, also
-- on partitions, and the statement that restores each: the log's owner may disable them, and could then rewrite it. A
-- renamed guard stays beside the new one, and still guards. Writes nothing, notifies nothing.
create or replace function changelog.guard_plan()
    returns table (table_schema name, table_name name, guard name, action text, sentence text, statement text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set quote_all_identifiers = off
    set jit = off
as $function$
    with guarded as (
        select to_regclass(g.name)::oid as root, g.argument
        from (values
            ('logs.transaction', 'own context'), ('logs.change', ''), ('lib_event.event', ''),
            ('platform.activity_logs', 'deleted user'), ('platform.user_audit_logs', 'deleted user')
        ) g (name, argument)
    ), relation as (
        select g.root, g.root as oid, g.argument
        from guarded g
        where g.root is not null
        union
        select g.root, p.relid, g.argument
        from guarded g
        cross join lateral pg_partition_tree(g.root) p
    ), desired as (
        select r.oid, 'refuse_change'::name as name, 27 as type, r.argument, 'update or delete' as event, 'row' as level
        from relation r
        where r.oid = r.root
        union all
        select r.oid, 'refuse_truncate', 34, '', 'truncate', 'statement'
        from relation r
    ), finding as (
        select
            d.*,
            case
                when t.oid is null then 'create'
                when t.tgfoid <> to_regprocedure('logs.refuse_change()')
                    or t.tgtype <> d.type
                    or t.tgqual is not null
                    or cardinality(t.tgattr::int2[]) > 0
                    or t.tgargs <> changelog.trigger_arguments(array_remove(array[d.argument], ''))
                then 'replace'
                when t.tgenabled in ('D', 'R') then 'enable'
            end as action
        from desired d
        left join pg_trigger t on t.tgrelid = d.oid and t.tgname = d.name
        union all
        -- a partition's clone of the row guard
        select r.oid, t.tgname, null, null, null, null, 'enable'
        from relation r
        join pg_trigger t on t.tgrelid = r.oid and t.tgparentid <> 0
        where t.tgfoid = to_regprocedure('logs.refuse_change()')
        and t.tgenabled in ('D', 'R')
    )
    select
        n.nspname,
        c.relname,
        f.name,
        f.action,
        format(
            'The guard %s of %I.%I was %s.',
            f.name, n.nspname, c.relname,
            case f.action when 'create' then 'missing' when 'replace' then 'altered' else 'disabled' end),
        case f.action
            when 'enable' then format('alter table %I.%I enable trigger %I', n.nspname, c.relname, f.name)
            else
                case
                    when f.action = 'replace' then format('drop trigger %I on %I.%I; ', f.name, n.nspname, c.relname)
                    else ''
                end
                || format(
                    'create trigger %I before %s on %I.%I for each %s execute function logs.refuse_change(%s)',
                    f.name, f.event, n.nspname, c.relname, f.level,
                    case when f.argument <> '' then quote_literal(f.argument) else '' end)
        end
    from finding f
    join pg_class c on c.oid = f.oid
    join pg_namespace n on n.oid = c.relnamespace
    where f.action is not null
    order by 1, 2, 3
$function$;
comment on function changelog.guard_plan() is
    'Guards of append-only tables that are missing, altered or disabled, and what restores them';
