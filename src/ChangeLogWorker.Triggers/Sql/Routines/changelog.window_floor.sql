-- changelog.window_floor(stream, last, current, since): where the log of the window between two snapshots begins, beyond
-- the position since: its smallest position and logged_at; null where the window is empty.
-- A transaction in progress may have an id beyond xmax(last), so no bound comes from the sequence. In PL/pgSQL, which keeps
-- the plan; without a sequential scan, for the planner cannot know that there are few beyond xmax. The upper bound keeps
-- out what came from another cluster, where ids were higher.
-- Writes nothing, notifies nothing.
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
begin
    with became_visible as (
        select t.position, t.logged_at
        from logs.transaction t
        where stream <> 'events'
        and t.xid >= pg_snapshot_xmax(last)
        and t.xid < pg_snapshot_xmax(current)
        and t.position > since
        and pg_visible_in_snapshot(t.xid, current)
        union all
        select t.position, t.logged_at
        from logs.transaction t
        where stream <> 'events'
        and t.xid = any (array(select pg_snapshot_xip(last)))
        and t.position > since
        and pg_visible_in_snapshot(t.xid, current)
        union all
        select e.position, e.created_at
        from lib_event.event e
        where stream <> 'changes'
        and e.xid >= pg_snapshot_xmax(last)
        and e.xid < pg_snapshot_xmax(current)
        and e.position > since
        and pg_visible_in_snapshot(e.xid, current)
        union all
        select e.position, e.created_at
        from lib_event.event e
        where stream <> 'changes'
        and e.xid = any (array(select pg_snapshot_xip(last)))
        and e.position > since
        and pg_visible_in_snapshot(e.xid, current)
    )
    select min(b.position), min(b.logged_at)
    into "position", logged_at
    from became_visible b;
end
$function$;
