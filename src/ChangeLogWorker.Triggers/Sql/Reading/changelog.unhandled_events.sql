-- changelog.unhandled_events(handler): like changelog.unhandled_changes, for domain events.
-- Writes nothing, notifies nothing.
create or replace function changelog.unhandled_events(handler_name text)
    returns setof lib_event.event
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select e.*
    from changelog.cursor c
    cross join (select (changelog.known_cluster()).number) here
    cross join lateral (
        select case
            when c.adopting or c.cluster is distinct from here.number then c.since + 1
            else (
                select f.position
                from changelog.window_floor('events', c.last, pg_current_snapshot(), c.since) f)
        end) f (position)
    join lib_event.event e on e.position >= f.position
    where c.handler = handler_name
    and changelog.is_unhandled(c, here.number, e.position, e.xid)
$function$;
