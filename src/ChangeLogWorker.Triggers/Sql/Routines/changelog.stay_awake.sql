-- changelog.stay_awake(milliseconds): tells writers that for so long to come they need not announce, in mode WhenIdle;
-- never shortens what another worker has told them. The lock is there so that reading and writing are one.
-- Call it in a transaction of its own, whose end lets the lock go. Writes changelog.awake_until. Notifies nothing.
create or replace function changelog.stay_awake(milliseconds integer)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    awake_until bigint;
    now_at bigint;
begin
    -- lost in a crash of the server, writers ring
    perform set_config('synchronous_commit', 'off', true);
    if not pg_try_advisory_xact_lock(hashtext('changelog'), hashtext('doorbell')) then
        -- another worker is at it; any session may hold the lock, and then writers ring
        return;
    end if;
    awake_until := pg_sequence_last_value('changelog.awake_until');
    now_at := changelog.clock();
    if awake_until not in (0, 9223372036854775807)
        and awake_until not between now_at + milliseconds and now_at + 60000
    then
        perform setval('changelog.awake_until', now_at + milliseconds);
    end if;
end
$function$;
comment on function changelog.stay_awake(integer) is 'Keeps the doorbell a little ahead of now, for a worker that polls';
