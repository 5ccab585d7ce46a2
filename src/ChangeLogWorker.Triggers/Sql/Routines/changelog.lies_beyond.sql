-- changelog.lies_beyond(stream, last): whether anything of a stream is visible now that is not visible in a snapshot.
-- Asked every second for ever, so the plan is kept, and never scans all transactions: the planner takes a third of them to
-- be beyond xmax, and did (215 ms for 300,000). Writes nothing, notifies nothing.
create or replace function changelog.lies_beyond(stream text, last pg_snapshot)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
as $function$
begin
    return stream <> 'events' and (
        exists (
            select
            from logs.transaction t
            where t.xid >= pg_snapshot_xmax(last))
        or exists (
            select
            from logs.transaction t
            where t.xid = any (array(select pg_snapshot_xip(last)))))
    or stream <> 'changes' and (
        exists (
            select
            from lib_event.event e
            where e.xid >= pg_snapshot_xmax(last))
        or exists (
            select
            from lib_event.event e
            where e.xid = any (array(select pg_snapshot_xip(last)))));
end
$function$;
