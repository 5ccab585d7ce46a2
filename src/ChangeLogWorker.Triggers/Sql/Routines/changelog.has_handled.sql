-- changelog.has_handled(handler, until): whether a handler has handled all that is visible in a snapshot.
-- Writes nothing, notifies nothing.
create or replace function changelog.has_handled(handler_name text, until pg_snapshot)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select f.position is null and (changelog.next_recovered(c)).xid is null
    from changelog.cursor c
    cross join changelog.window_floor(c.stream, c.last, until) f
    where c.handler = handler_name
$function$;
