-- lib_event.announce(event__id): the one place that decides whether an event is announced, and announces it.
-- Called once a transaction by capture and once an event by lib_event.create; the doorbell belongs here.
-- Writes nothing. Notifies lib_event.created with the event's id, unless that could make a writer fail: PREPARE TRANSACTION
-- refuses a transaction that has notified, and once the server's queue is full, for one listener that never reads, every
-- commit does. What is not announced is found by the next poll.
create or replace function lib_event.announce(event__id uuid)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if current_setting('max_prepared_transactions') = '0' and pg_notification_queue_usage() < 0.5 then
        perform pg_notify('lib_event.created', event__id::text);
    end if;
end
$function$;
comment on function lib_event.announce(uuid) is 'Sends the id on the channel lib_event.created; a notification missed costs latency, never an event';
