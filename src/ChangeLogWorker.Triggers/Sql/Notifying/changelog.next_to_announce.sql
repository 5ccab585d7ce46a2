-- changelog.next_to_announce(announcer, upto, max_rows): the next max_rows transactions and events that may have to be
-- announced, in transaction order: those that became visible since its last snapshot and began before upto. Both bounds
-- are ids, so only new rows are read, however many their writers have announced. PL/pgSQL, for its cached plan.
-- Writes nothing, notifies nothing.
create or replace function changelog.next_to_announce(a changelog.announcer, upto pg_snapshot, max_rows integer)
    returns table (xid xid8, "position" bigint, event__id uuid, announced boolean)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
    set enable_sort = off
as $function$
#variable_conflict use_column
begin
    return query
    with was_running as materialized (
        select r.xid
        from pg_snapshot_xip(a.last) r (xid)
        where r.xid >= a.at_xid
        order by r.xid
    )
    (
        select t.xid, t.position, t.event__id, t.announced
        from was_running r
        cross join lateral (
            select l.xid, l.position, l.event__id, l.announced
            from logs.transaction l
            where l.xid = r.xid
            and (l.xid > a.at_xid or l.position > a.at_position)
            limit max_rows) t
        limit max_rows
    )
    union all
    (
        select t.xid, t.position, t.event__id, t.announced
        from logs.transaction t
        where t.xid >= pg_snapshot_xmax(a.last)
        and t.xid >= a.at_xid
        and t.xid < pg_snapshot_xmax(upto)
        and (t.xid > a.at_xid or t.position > a.at_position)
        order by t.xid
        limit max_rows
    )
    union all
    (
        select e.xid, e.position, e.event__id, e.announced
        from was_running r
        cross join lateral (
            select l.xid, l.position, l.event__id, l.announced
            from lib_event.event l
            where l.xid = r.xid
            and l.position > case when r.xid = a.at_xid then a.at_position else 0 end
            order by l.position
            limit max_rows) e
        limit max_rows
    )
    union all
    (
        select e.xid, e.position, e.event__id, e.announced
        from lib_event.event e
        where e.xid >= pg_snapshot_xmax(a.last)
        and e.xid >= a.at_xid
        and e.xid < pg_snapshot_xmax(upto)
        and (e.xid > a.at_xid or e.position > a.at_position)
        order by e.xid, e.position
        limit max_rows
    )
    order by 1, 2
    limit max_rows;
end
$function$;
