-- changelog.unhandled_events(handler): as changelog.unhandled_changes, of domain events. Writes nothing, notifies nothing.
create or replace function changelog.unhandled_events(handler_name text)
    returns setof lib_event.event
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select e.*
    from changelog.cursor c
    cross join changelog.window_floor('events', c.last, pg_current_snapshot()) f
    join lib_event.event e on e.position >= f.position
    where c.handler = handler_name
    and not pg_visible_in_snapshot(e.xid, c.last)
    and (c.current is null
        or c.recovering is not null
        or e.position > c.at
        or not pg_visible_in_snapshot(e.xid, c.current))
$function$;
