-- changelog.former_keys(tables, names, records): a record's keys and all keys it had before and after by updates of its
-- key, according to the log. A masked key leads nowhere. A key that another record reused counts as the same record's,
-- as everywhere in the log.
-- Writes nothing, notifies nothing.
create or replace function changelog.former_keys(tables oid[], names text[], records text[])
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    with recursive renamed as materialized (
        select distinct changelog.key_of(c.record_data || c.previous_data, k.columns) as old_id, c.record_id as new_id
        from changelog.key_columns(tables[1]) k
        cross join logs.change c
        where case
            when c.position > (select changelog.boundary()) then c.table_oid = any (tables)
            else c.table_schema || '.' || c.table_name = any (names)
        end
        and c.op = 'U'
        and c.previous_data ?| k.columns
    ), step as (
        select r.old_id as here, r.new_id as there
        from renamed r
        where strpos(r.old_id, '[redacted]') = 0
        union all
        select r.new_id, r.old_id
        from renamed r
        where strpos(r.old_id, '[redacted]') = 0
    ), known as (
        select r.id
        from unnest(records) r (id)
        union
        select s.there
        from known k
        join step s on s.here = k.id
    )
    select array_agg(k.id)
    from known k
$function$;
comment on function changelog.former_keys(oid[], text[], text[]) is
    'A record''s keys, former and later ones included';
