-- changelog.stay_awake(milliseconds): extends the wake lease: for that long writers need not announce, in mode
-- WhenIdle. Never shortens another worker's lease; the lock makes read and write atomic. Call it in a transaction of
-- its own, whose end releases the lock. Writes changelog.awake_until. Notifies nothing.
create or replace function changelog.stay_awake(milliseconds integer)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    awake_until bigint;
    now_at bigint;
begin
    -- if a crash of the server loses it, writers notify
    perform set_config('synchronous_commit', 'off', true);
    now_at := changelog.clock();
    awake_until := pg_sequence_last_value('changelog.awake_until');
    -- the lock draws a transaction id, so take it only if there is something to write
    if awake_until is null
        or awake_until in (0, 9223372036854775807)
        or awake_until between now_at + milliseconds and now_at + 60000
    then
        return;
    end if;
    if not changelog.try_lock('doorbell') then
        -- another worker extends it
        return;
    end if;
    awake_until := pg_sequence_last_value('changelog.awake_until');
    if awake_until not in (0, 9223372036854775807)
        and awake_until not between now_at + milliseconds and now_at + 60000
    then
        perform setval('changelog.awake_until', now_at + milliseconds);
    end if;
end
$function$;
comment on function changelog.stay_awake(integer) is
    'Extends the wake lease, for a worker that polls';
