-- logs.is_anonymous(key): whether a key, or each value of a composite one, is a number or a uuid.
-- Writes nothing, notifies nothing.
create or replace function logs.is_anonymous(key text)
    returns boolean
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
    select key ~ '^[[]?("?([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|-?[0-9.]+)"?(, )?)+]?$'
$function$;
