-- lib_event.page_events(positions): the events of a page; the caller orders them by position.
-- No set clause, so that it is inlined into the handler's statement. Writes nothing, notifies nothing.
create or replace function lib_event.page_events(positions bigint[])
    returns setof lib_event.event
    language sql
    stable
as $function$
    select e.*
    from lib_event.event e
    where e.position operator(pg_catalog.=) any (positions)
$function$;
comment on function lib_event.page_events(bigint[]) is 'The events of a page, by their positions';
