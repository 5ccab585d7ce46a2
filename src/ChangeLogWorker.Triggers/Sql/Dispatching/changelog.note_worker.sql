-- changelog.note_worker(id, host, process_id, version): a worker's heartbeat. Tells writers that a worker is here,
-- removes dead workers, and keeps positions ascending after a restore (changelog.raise_positions).
-- Writes changelog.worker and changelog.awake_until. Notifies nothing.
create or replace function changelog.note_worker(id uuid, host text, process_id integer, version text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
    perform set_config('synchronous_commit', 'off', true);
    insert into changelog.worker as w (id, host, process_id, version)
    values (note_worker.id, note_worker.host, note_worker.process_id, note_worker.version)
    on conflict (id) do update
    set seen_at = clock_timestamp();
    perform changelog.stay_awake(0);
    -- a restore has set it back
    if (select p.last_value from lib_event.position p) < changelog.highest_position() then
        perform changelog.raise_positions();
    end if;
    delete from changelog.worker w
    where w.seen_at < clock_timestamp() - interval '1 hour';
end
$function$;
comment on function changelog.note_worker(uuid, text, integer, text) is 'A worker''s heartbeat, every few seconds';
