-- lib_event.must_announce(): whether a writer has to announce what it is about to record; the only place where writers
-- read the doorbell. False while a worker is awake, which polls, and announces in their stead; and wherever a
-- notification could make the writer fail: PREPARE TRANSACTION refuses a transaction that has notified (mode Always
-- accepts that), and every commit fails once the server's queue is full, for which one listener that never reads
-- suffices. A single expression without a set clause, so that it is inlined: a function call would add 10 microseconds
-- to each transaction. Writes nothing, notifies nothing.
create or replace function lib_event.must_announce()
    returns boolean
    language sql
    volatile
as $function$
    select case
        -- more than a minute ahead is no lease: the clock was set back
        when pg_catalog.pg_sequence_last_value('changelog.awake_until') operator(pg_catalog.-) changelog.clock()
            between 1 and 60000 then false
        when pg_catalog.pg_sequence_last_value('changelog.awake_until') operator(pg_catalog.=) 9223372036854775807
            then false
        when pg_catalog.current_setting('max_prepared_transactions') operator(pg_catalog.=) '0'
            or pg_catalog.pg_sequence_last_value('changelog.awake_until') operator(pg_catalog.=) 0
            then pg_catalog.pg_notification_queue_usage() operator(pg_catalog.<) 0.5
        else false
    end
$function$;
comment on function lib_event.must_announce() is
    'Whether a writer must announce what it records: no worker is awake, and announcing cannot make it fail';
