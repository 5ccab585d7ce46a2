-- logs.composite_key(data, columns): a composite key as a record_id, a JSON array as text; null if any of its columns
-- is null. Writes nothing, notifies nothing.
create or replace function logs.composite_key(data jsonb, columns text[])
    returns text
    language sql
    immutable
    parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
    select jsonb_agg(data -> u.name order by u.place)::text
    from unnest(columns) with ordinality u (name, place)
    having bool_and(data ->> u.name is not null)
$function$;
