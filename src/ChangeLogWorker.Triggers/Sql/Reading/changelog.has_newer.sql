-- changelog.has_newer(stream, last, since): whether anything of a stream beyond the position since is visible now but
-- not in a snapshot. The upper bound keeps out rows from another cluster, whose ids were higher. The bound on logged_at
-- skips the partitions of future months; rows written there before the clock was set back turn up with the next ones,
-- since windows have no such bound. Asked every few milliseconds, so the plan is cached; it never scans all
-- transactions, as once happened because the planner estimates a third of them beyond xmax (215 ms for 300,000). One
-- statement per question, as in changelog.window_floor.
-- Writes nothing, notifies nothing.
create or replace function changelog.has_newer(stream text, last pg_snapshot, since bigint)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
as $function$
declare
    was_running constant xid8[] := array(select pg_snapshot_xip(last));
begin
    if stream <> 'events' then
        if exists (
            select
            from logs.transaction t
            where t.xid >= pg_snapshot_xmax(last)
            and t.xid < pg_snapshot_xmax(pg_current_snapshot())
            and t.logged_at < now() + interval '1 month'
            and t.position > since)
        then
            return true;
        end if;
        if was_running <> '{}' and exists (
            select
            from logs.transaction t
            where t.xid = any (was_running)
            and t.logged_at < now() + interval '1 month'
            and t.position > since)
        then
            return true;
        end if;
    end if;
    if stream <> 'changes' then
        if exists (
            select
            from lib_event.event e
            where e.xid >= pg_snapshot_xmax(last)
            and e.xid < pg_snapshot_xmax(pg_current_snapshot())
            and e.position > since)
        then
            return true;
        end if;
        if was_running <> '{}' and exists (
            select
            from lib_event.event e
            where e.xid = any (was_running)
            and e.position > since)
        then
            return true;
        end if;
    end if;
    return false;
end
$function$;
