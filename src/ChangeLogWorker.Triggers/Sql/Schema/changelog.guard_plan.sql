-- changelog.guard_plan(): guards of what is only appended to that are missing or do not fire, on its partitions too, and the
-- statement that puts each right. Whoever owns the log may disable them: then it could be rewritten.
-- Writes nothing, notifies nothing.
create or replace function changelog.guard_plan()
    returns table (sentence text, statement text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set quote_all_identifiers = off
as $function$
    with root as (
        select r.oid, r.argument, c.relkind
        from (values
            ('logs.transaction'::regclass, '''own context'''),
            ('logs.change'::regclass, ''),
            ('lib_event.event'::regclass, ''),
            ('platform.activity_logs'::regclass, '''deleted user'''),
            ('platform.user_audit_logs'::regclass, '''deleted user''')) r (oid, argument)
        join pg_class c on c.oid = r.oid
    ), guarded as (
        select r.oid as table_oid, r.oid as root, r.argument
        from root r
        union
        select t.relid, r.oid, r.argument
        from root r
        cross join pg_partition_tree(r.oid) t
        where r.relkind = 'p'
    ), wanted as (
        select g.table_oid, 'refuse_change' as name, 'before update or delete' as moment, 'row' as each, g.argument
        from guarded g
        where g.table_oid = g.root
        union all
        select g.table_oid, 'refuse_truncate', 'before truncate', 'statement', ''
        from guarded g
    )
    select
        format('The guard %s of %s was missing.', w.name, w.table_oid),
        format(
            'create trigger %I %s on %s for each %s execute function logs.refuse_change(%s)',
            w.name, w.moment, w.table_oid, w.each, w.argument)
    from wanted w
    where not exists (
        select
        from pg_trigger t
        where t.tgrelid = w.table_oid
        and t.tgname = w.name
        and t.tgfoid = 'logs.refuse_change'::regproc)
    union all
    select
        format('The guard %s of %s was disabled.', t.tgname, g.table_oid),
        format('alter table %s enable trigger %I', g.table_oid, t.tgname)
    from guarded g
    join pg_trigger t on t.tgrelid = g.table_oid
    where t.tgfoid = 'logs.refuse_change'::regproc
    and t.tgenabled not in ('O', 'A')
$function$;
comment on function changelog.guard_plan() is 'Guards of what is only appended to that are missing or do not fire, and what puts them right';
