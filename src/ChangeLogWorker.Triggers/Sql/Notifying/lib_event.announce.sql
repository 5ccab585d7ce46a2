-- lib_event.announce(event__id): announces an event on the channel lib_event.created: its id and nothing else.
-- A writer asks lib_event.must_announce() first and stores the answer with the event: what is not announced by its
-- writer is announced by a worker once it is recorded.
-- Writes nothing. Notifies lib_event.created.
create or replace function lib_event.announce(event__id uuid)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    perform pg_notify('lib_event.created', event__id::text);
end
$function$;
comment on function lib_event.announce(uuid) is
    'Sends the id on the channel lib_event.created; a notification missed costs latency, never an event';
