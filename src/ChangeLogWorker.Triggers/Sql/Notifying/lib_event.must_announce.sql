-- lib_event.must_announce(): whether a writer has to announce what it is about to record; the only place where writers
-- read the doorbell. False while a worker is awake, which polls, and announces in their stead; and wherever a
-- notification could make the writer fail: PREPARE TRANSACTION refuses a transaction that has notified (mode Always
-- accepts that), and every commit fails once the server's queue is full, for which one listener that never reads
-- suffices. Where no worker runs, one transaction at a time announces, until whose end the lock is held: those that
-- announce flush one after the other. What it leaves, the next worker announces.
-- Step by step: each transaction makes every expression ready that it evaluates, and all of it in one took
-- 28,000 instructions more. Nothing pinned, all names qualified. Writes nothing, notifies nothing.
create or replace function lib_event.must_announce()
    returns boolean
    language plpgsql
    volatile
as $function$
declare
    awake_until pg_catalog.int8 := pg_catalog.pg_sequence_last_value('changelog.awake_until');
    ahead pg_catalog.int8;
begin
    if awake_until operator(pg_catalog.=) 9223372036854775807 then
        return false;
    end if;
    ahead := awake_until operator(pg_catalog.-) changelog.clock();
    -- more than a minute ahead is no lease: the clock was set back
    if ahead operator(pg_catalog.>=) 1 and ahead operator(pg_catalog.<=) 60000 then
        return false;
    end if;
    if awake_until operator(pg_catalog.=) 0 then
        return pg_catalog.pg_notification_queue_usage() operator(pg_catalog.<) 0.5;
    end if;
    if pg_catalog.current_setting('max_prepared_transactions') operator(pg_catalog.<>) '0'
        or pg_catalog.pg_notification_queue_usage() operator(pg_catalog.>=) 0.5
    then
        return false;
    end if;
    -- a worker that sleeps renews it with its heartbeat, see changelog.running_worker
    if ahead operator(pg_catalog.>) -15000 then
        return true;
    end if;
    return pg_catalog.pg_try_advisory_xact_lock(6015300815115119726);
end
$function$;
comment on function lib_event.must_announce() is
    'Whether a writer must announce what it records: no worker is awake, and announcing cannot make it fail';
