-- changelog.has_handled(handler, snapshot): whether a handler has handled all that is visible in a snapshot.
-- Writes nothing, notifies nothing.
create or replace function changelog.has_handled(handler_name text, snapshot pg_snapshot)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select f.position is null
        and (changelog.next_recovered(c)).xid is null
        and c.cluster = (changelog.known_cluster()).number
        and not c.adopting
    from changelog.cursor c
    cross join changelog.window_floor(c.stream, c.last, snapshot, c.since) f
    where c.handler = handler_name
$function$;
