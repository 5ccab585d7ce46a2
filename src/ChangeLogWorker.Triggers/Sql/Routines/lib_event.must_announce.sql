-- lib_event.must_announce(): whether a writer has to announce what it is about to record: the one place where writers read
-- the doorbell. Not while a worker is awake, for it polls, and announces in their stead; nor wherever a notification could
-- make the writer fail: PREPARE TRANSACTION refuses a transaction that has notified (mode Always accepts that), and once
-- the server's queue is full, for one listener that never reads, every commit does.
-- Writes nothing, notifies nothing.
create or replace function lib_event.must_announce()
    returns boolean
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    awake_until bigint := pg_sequence_last_value('changelog.awake_until');
begin
    if awake_until <> 0 and (awake_until = 9223372036854775807 or awake_until - changelog.clock() between 1 and 60000) then
        return false;
    end if;
    if awake_until is distinct from 0 and current_setting('max_prepared_transactions') <> '0' then
        return false;
    end if;
    return pg_notification_queue_usage() < 0.5;
end
$function$;
comment on function lib_event.must_announce() is 'Whether a writer must announce what it records: no worker is awake, and announcing cannot make it fail';
