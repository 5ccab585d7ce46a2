-- changelog.window_floor(stream, last, current, since): where the window between two snapshots begins, beyond the
-- position since: its smallest position and logged_at; null if it is empty. A transaction in progress may have an id
-- beyond xmax(last), so the sequence yields no safe bound. PL/pgSQL, for its cached plan; no sequential scan, since the
-- planner cannot know that only a few rows are beyond xmax. The upper bound keeps out rows from another cluster, whose
-- ids were higher. One statement per question, and none that cannot find anything: starting one, with every partition
-- to lock and open, takes ten times as long as running it. Writes nothing, notifies nothing.
create or replace function changelog.window_floor(
    stream text,
    last pg_snapshot,
    current pg_snapshot,
    since bigint,
    out "position" bigint,
    out logged_at timestamptz)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
as $function$
declare
    was_running constant xid8[] := array(select pg_snapshot_xip(last));
begin
    if stream <> 'events' then
        select least(window_floor.position, min(t.position)), least(window_floor.logged_at, min(t.logged_at))
        into "position", logged_at
        from logs.transaction t
        where t.xid >= pg_snapshot_xmax(last)
        and t.xid < pg_snapshot_xmax(current)
        and t.position > since
        and pg_visible_in_snapshot(t.xid, current);
        if was_running <> '{}' then
            select least(window_floor.position, min(t.position)), least(window_floor.logged_at, min(t.logged_at))
            into "position", logged_at
            from logs.transaction t
            where t.xid = any (was_running)
            and t.position > since
            and pg_visible_in_snapshot(t.xid, current);
        end if;
    end if;
    if stream <> 'changes' then
        select least(window_floor.position, min(e.position)), least(window_floor.logged_at, min(e.created_at))
        into "position", logged_at
        from lib_event.event e
        where e.xid >= pg_snapshot_xmax(last)
        and e.xid < pg_snapshot_xmax(current)
        and e.position > since
        and pg_visible_in_snapshot(e.xid, current);
        if was_running <> '{}' then
            select least(window_floor.position, min(e.position)), least(window_floor.logged_at, min(e.created_at))
            into "position", logged_at
            from lib_event.event e
            where e.xid = any (was_running)
            and e.position > since
            and pg_visible_in_snapshot(e.xid, current);
        end if;
    end if;
end
$function$;
