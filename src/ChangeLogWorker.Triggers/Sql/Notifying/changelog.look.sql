-- changelog.look(handlers, with_announcements): everything that a worker polls for, in one statement and one snapshot:
-- which of its handlers have work; whether something is to be announced (only if asked); the mode in force; for how
-- many milliseconds writers will consider a worker awake; the oldest running transaction; and the runtime settings as a
-- JSON array, null if empty. Keeps its plan, which otherwise took as long as the rest, and which must hold once the
-- tables have grown. It is not compiled: a sequential scan that cannot be avoided counts as ruinous, and compiling took
-- half a second a look.
-- Writes nothing, notifies nothing, draws no id.
create or replace function changelog.look(
    handlers text[],
    with_announcements boolean,
    out behind text[],
    out unannounced boolean,
    out mode text,
    out awake_for bigint,
    out oldest_running xid8,
    out runtime_settings text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set jit = off
    set enable_seqscan = off
as $function$
begin
    behind := array(
        select b.handler
        from changelog.handler_behind b
        where b.handler = any (handlers)
        union all
        -- a deleted cursor is created again
        select h.handler
        from unnest(handlers) h (handler)
        where not exists (select from changelog.cursor c where c.handler = h.handler));
    unannounced := with_announcements and changelog.has_unannounced();
    mode := changelog.notification_mode();
    awake_for := pg_sequence_last_value('changelog.awake_until') - changelog.clock();
    if mode <> 'WhenIdle' or awake_for is null or awake_for not between 1 and 60000 then
        awake_for := 0;
    end if;
    oldest_running := pg_snapshot_xmin(pg_current_snapshot());
    runtime_settings := (
        select jsonb_agg(s order by s.stopped_handler, s.setting, s.flag) from changelog.runtime_settings() s);
end
$function$;
comment on function changelog.look(text[], boolean) is 'What there is to do, for a worker that polls';
