-- changelog.own_objects(): every existing relation and routine of ChangeLog's, as pg_depend identifies them (classid,
-- objid); the only place that says which objects are ours. Relations by changelog.is_own, with their partitions,
-- indexes and sequences; routines by the names of the journaled scripts, and whatever else these scripts create. kind:
-- relkind, or f for a routine. Writes nothing, notifies nothing.
create or replace function changelog.own_objects()
    returns table (classid oid, objid oid, kind "char", schema name, name name)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    with recursive relation (oid) as (
        select c.oid
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        and c.relkind in ('r', 'p', 'v', 'S')
        and changelog.is_own(n.nspname, c.relname)
        union
        select i.inhrelid
        from relation r
        join pg_inherits i on i.inhparent = r.oid
    ), whole (oid) as (
        select r.oid
        from relation r
        union
        select i.indexrelid
        from relation r
        join pg_index i on i.indrelid = r.oid
        union
        select d.objid
        from relation r
        join pg_depend d
            on d.refclassid = 'pg_class'::regclass
            and d.refobjid = r.oid
            and d.classid = 'pg_class'::regclass
            and d.deptype in ('a', 'i')
        join pg_class s on s.oid = d.objid and s.relkind = 'S'
    ), made (name) as (
        -- Routines/NAME.sql; a regular expression takes half of this query's time
        select substr(s.name, 10, length(s.name) - 13)
        from changelog.script s
        where starts_with(s.name, 'Routines/')
        union
        values ('logs.parse_uuid'), ('logs.change_by_id')
    )
    select 'pg_class'::regclass::oid, c.oid, c.relkind, n.nspname, c.relname
    from whole w
    join pg_class c on c.oid = w.oid
    join pg_namespace n on n.oid = c.relnamespace
    union all
    select 'pg_proc'::regclass, p.oid, 'f', n.nspname, p.proname
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
    and (n.nspname || '.' || p.proname in (select m.name from made m)
         -- a table's own function
         or n.nspname = 'logs' and p.proname ~ '^capture_[0-9]+$' and p.prorettype = 'trigger'::regtype)
$function$;
comment on function changelog.own_objects() is 'Every relation and routine that is ChangeLog''s';
