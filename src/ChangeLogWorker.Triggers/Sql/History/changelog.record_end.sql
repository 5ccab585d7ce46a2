-- changelog.record_end(root, schema_name, name, record): the change that ended a record: its delete, a truncate, or the
-- update that gave it another key. No row: it exists, as far as can be seen. A row of nulls: its table has no such row,
-- and the log does not say why.
-- Writes nothing, notifies nothing.
create or replace function changelog.record_end(root oid, schema_name text, name text, record text)
    returns table ("position" bigint, logged_at timestamptz, action text, new_key text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    formats text[] := changelog.key_formats(root, record);
begin
    return query
    with change as materialized (
        select k.*
        from changelog.key_changes(root, schema_name, name, formats) k
    ), last as (
        select c.*
        from change c
        where c.action <> 'truncate'
        order by c.position desc
        limit 1
    ), logged as materialized (
        select c.*
        from change c
        cross join last l
        where c.position = l.position and c.action = 'delete'
        -- a truncate
        or c.position > l.position and not c.of_partition
        order by c.position
        limit 1
    ), absent as materialized (
        select l.position
        from last l
        where not exists (select from logged)
        and changelog.is_gone(root, record)
    )
    select e.position, e.logged_at, e.action, null::text
    from logged e
    union all
    select e.position, e.logged_at, e.action, e.new_key
    from absent a
    left join lateral (
        (select m.position, m.logged_at, 'update', m.record_id
         from changelog.key_change_of(root, schema_name, name, formats, a.position) m)
        union all
        (select c.position, c.logged_at, c.action, null
         from change c
         where c.position > a.position
         order by c.position desc
         limit 1)
        limit 1) e (position, logged_at, action, new_key) on true;
end
$function$;
comment on function changelog.record_end(oid, text, text, text) is 'The change that ended a record; no row: it exists';
