-- changelog.probe_candidates(handler, kind, position, logged_at, wanted): other pending changes or events of a handler,
-- to probe whether it works at all while one of them fails: the next few after that one and the newest few, of the same
-- table and operation or the same event type if there are any, else any of its stream. Reads at most 1,000 rows in
-- either direction. Writes nothing, notifies nothing.
create or replace function changelog.probe_candidates(
    handler_name text,
    failed_kind text,
    failed_position bigint,
    failed_logged_at timestamptz,
    wanted integer)
    returns table (kind text, "position" bigint, logged_at timestamptz)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
#variable_conflict use_column
declare
    reach constant integer := 1000;
    c changelog.cursor;
    here integer := (changelog.known_cluster()).number;
begin
    select * into c from changelog.cursor k where k.handler = handler_name;
    return query
    with failed as (
        select l.table_oid, l.op, null as event_type
        from logs.change l
        where failed_kind = 'change'
        and l.position = failed_position
        and l.logged_at = failed_logged_at
        union all
        select null, null, e.event_type
        from lib_event.event e
        where failed_kind = 'event'
        and e.position = failed_position
    ), change_nearby as (
        (
            select l.position, l.logged_at, l.xid, l.table_oid, l.op
            from logs.change l
            where c.stream <> 'events'
            and l.position > failed_position
            and l.logged_at >= coalesce(c.logged_from, '-infinity')
            order by l.position
            limit reach)
        union
        (
            select l.position, l.logged_at, l.xid, l.table_oid, l.op
            from logs.change l
            where c.stream <> 'events'
            and l.position > failed_position
            and l.logged_at >= coalesce(c.logged_from, '-infinity')
            order by l.position desc
            limit reach)
    ), event_nearby as (
        (
            select e.position, e.created_at, e.xid, e.event_type
            from lib_event.event e
            where c.stream <> 'changes'
            and e.position > failed_position
            order by e.position
            limit reach)
        union
        (
            select e.position, e.created_at, e.xid, e.event_type
            from lib_event.event e
            where c.stream <> 'changes'
            and e.position > failed_position
            order by e.position desc
            limit reach)
    ), unhandled as (
        select 'change' as kind, n.position, n.logged_at, (n.table_oid, n.op) = (f.table_oid, f.op) as alike
        from change_nearby n
        cross join failed f
        where changelog.is_unhandled(c, here, n.position, n.xid)
        -- one look-up each, never a hash of all transactions
        and (
            select t.position
            from logs.transaction t
            where t.xid = n.xid
            and t.logged_at = n.logged_at) < n.position
        union all
        select 'event', n.position, n.created_at, n.event_type = f.event_type
        from event_nearby n
        cross join failed f
        where changelog.is_unhandled(c, here, n.position, n.xid)
    ), eligible as (
        select
            u.kind,
            u.position,
            u.logged_at,
            row_number() over (order by u.position) as nth_next,
            row_number() over (order by u.position desc) as nth_newest
        from unhandled u
        where coalesce(u.alike, false) = (select bool_or(coalesce(a.alike, false)) from unhandled a)
    )
    select g.kind, g.position, g.logged_at
    from eligible g
    where g.nth_next <= wanted
    or g.nth_newest <= wanted
    order by g.position;
end
$function$;
comment on function changelog.probe_candidates(text, text, bigint, timestamptz, integer) is
    'Other pending changes or events of a handler, to tell a bad change from a handler that is down';
