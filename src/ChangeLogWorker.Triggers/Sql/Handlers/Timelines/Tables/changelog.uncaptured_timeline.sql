-- changelog.uncaptured_timeline(timeline): what of a timeline is not captured and so produces no entries: its root, or
-- all the tables that belong to it. Sentences for people.
-- Writes nothing, notifies nothing.
create or replace function changelog.uncaptured_timeline(timeline_name text)
    returns setof text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    with recursive t as materialized (
        select l.children, to_regclass(format('%I.%I', l.root_schema, l.root_table))::oid as root
        from changelog.timeline l
        where l.name = timeline_name
    ), reach as (
        select t.root as table_oid
        from t
        union
        select f.conrelid
        from reach r
        join pg_constraint f on f.contype = 'f' and f.conparentid = 0 and f.confrelid = r.table_oid
    ), member as (
        select c.table_schema || '.' || c.table_name as name, c.captured, c.reason, c.table_oid = t.root as is_root
        from t
        cross join reach r
        cross join lateral changelog.tables(r.table_oid) c
        where (c.table_oid = t.root or t.children is null or c.table_schema || '.' || c.table_name = any (t.children))
        and not exists (
            select
            from changelog.timeline l
            where l.table_schema = c.table_schema
            and l.table_name = c.table_name)
    )
    select format('%s is not captured (%s): its changes produce no entries', m.name, m.reason)
    from member m
    where m.is_root
    and not m.captured
    union all
    select format(
        'none of its children is captured: %s',
        string_agg(format('%s (%s)', m.name, m.reason), ', ' order by m.name))
    from member m
    where not m.is_root
    having not bool_or(m.captured)
$function$;
comment on function changelog.uncaptured_timeline(text) is
    'What of a timeline is not captured, and so produces no entries';
