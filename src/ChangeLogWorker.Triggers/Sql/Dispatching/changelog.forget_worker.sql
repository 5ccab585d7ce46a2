-- changelog.forget_worker(id): a worker stops. Where it was the last, writers are told that none runs
-- (lib_event.must_announce); one that starts at this moment tells them otherwise with its next heartbeat.
-- Writes changelog.worker and changelog.awake_until. Notifies nothing.
create or replace function changelog.forget_worker(id uuid)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from changelog.worker w where w.id = forget_worker.id;
    if not exists (select from changelog.running_worker)
        and changelog.try_lock('doorbell')
        and pg_sequence_last_value('changelog.awake_until') not in (0, 9223372036854775807)
    then
        perform setval('changelog.awake_until', 1);
    end if;
end
$function$;
comment on function changelog.forget_worker(uuid) is 'A worker says that it stops';
