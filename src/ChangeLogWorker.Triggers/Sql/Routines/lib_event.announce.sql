-- lib_event.announce(event__id): the one place that decides whether an event is announced, and announces it.
-- Called once a transaction by capture and once an event by lib_event.create; the doorbell belongs here.
-- Writes nothing. Notifies lib_event.created with the event's id, unless the server's queue is half full: beyond that
-- one listener that never reads could make every writer fail, and what is not announced is found by the next poll.
create or replace function lib_event.announce(event__id uuid)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if pg_notification_queue_usage() < 0.5 then
        perform pg_notify('lib_event.created', event__id::text);
    end if;
end
$function$;
comment on function lib_event.announce(uuid) is 'Sends the id on the channel lib_event.created; a notification missed costs latency, never an event';
