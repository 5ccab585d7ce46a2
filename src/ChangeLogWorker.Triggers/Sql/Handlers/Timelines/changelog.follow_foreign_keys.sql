-- changelog.follow_foreign_keys(timeline, state): stores which tables reach the timeline's root through any number of
-- foreign keys, and by which columns. Does not follow keys that refer to anything but the other row's identity, keys of
-- the root itself, or tables that ChangeLog fills. Keeps what was stored before. state: the current
-- changelog.foreign_key_state.
-- Writes changelog.timeline, timeline_table, timeline_edge. Notifies nothing.
create or replace function changelog.follow_foreign_keys(timeline_name text, state text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    t changelog.timeline;
    root oid := changelog.timeline_root(timeline_name);
begin
    select * into strict t from changelog.timeline l where l.name = timeline_name;
    insert into changelog.timeline_table (timeline, table_oid, is_root, belongs)
    values (timeline_name, root, true, true)
    on conflict (timeline, table_oid) do nothing;

    with recursive foreign_key as materialized (
        select f.conrelid as child, f.confrelid as parent, c.columns
        from pg_constraint f
        join pg_class r on r.oid = f.conrelid
        join pg_namespace n on n.oid = r.relnamespace
        cross join changelog.key_columns(f.confrelid) k
        cross join lateral (
            select array_agg(a.attname::text order by u.place) as columns
            from unnest(f.conkey, f.confkey) p (attnum, refnum)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = p.attnum
            join pg_attribute b on b.attrelid = f.confrelid and b.attnum = p.refnum
            join unnest(k.columns) with ordinality u (name, place) on u.name = b.attname) c
        where f.contype = 'f'
        and f.conparentid = 0
        and f.conrelid <> root
        and cardinality(f.conkey) = cardinality(k.columns)
        and cardinality(c.columns) = cardinality(k.columns)
        and not changelog.is_internal(n.nspname, r.relname)
        and not exists (
            select
            from changelog.timeline l
            where l.table_schema = n.nspname
            and l.table_name = r.relname)
    ), reach as (
        select k.* from foreign_key k where k.parent = root
        union
        select k.* from reach s join foreign_key k on k.parent = s.child
    ), tables as (
        insert into changelog.timeline_table as m (timeline, table_oid, is_root, belongs)
        select timeline_name, s.child, false,
               t.children is null or n.nspname || '.' || r.relname = any (t.children)
        from (select distinct child from reach) s
        join pg_class r on r.oid = s.child
        join pg_namespace n on n.oid = r.relnamespace
        on conflict (timeline, table_oid) do update
        set belongs = excluded.belongs
        returning m.id, m.table_oid
    ), known as (
        select id, table_oid from tables
        union all
        select m.id, m.table_oid
        from changelog.timeline_table m
        where m.timeline = timeline_name
        and m.is_root
    )
    insert into changelog.timeline_edge (child, parent, columns)
    select c.id, p.id, s.columns
    from reach s
    join known c on c.table_oid = s.child
    join known p on p.table_oid = s.parent
    on conflict do nothing;

    -- rows on the way from others to the root, and the root for its stage
    update changelog.timeline_table m
    set tracked = case
        when m.is_root then array_remove(array[t.stage_column], null)
        when exists (select from changelog.timeline_edge e where e.parent = m.id)
            then array(
                select distinct c from changelog.timeline_edge e, unnest(e.columns) c where e.child = m.id order by c)
        else '{}'
    end
    where m.timeline = timeline_name;
    update changelog.timeline l
    set graph = state
    where l.name = timeline_name;
end
$function$;
comment on function changelog.follow_foreign_keys(text, text) is
    'Stores which tables reach a timeline''s root, and how';
