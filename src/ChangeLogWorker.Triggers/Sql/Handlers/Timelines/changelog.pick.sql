-- changelog.pick(data, columns): the named columns of a row as JSON.
-- Writes nothing, notifies nothing.
create or replace function changelog.pick(data jsonb, columns text[])
    returns jsonb
    language sql
    immutable
    parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(jsonb_object_agg(c, data -> c), '{}')
    from unnest(columns) c
$function$;
comment on function changelog.pick(jsonb, text[]) is 'The named columns of a row as JSON';
