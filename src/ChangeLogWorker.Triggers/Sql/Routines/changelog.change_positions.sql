-- changelog.change_positions(cursor, max_rows, max_positions): the next changes of the window in hand, in position order,
-- at most max_rows of them among the next max_positions of the log; and bound, the position up to which that is all
-- there is (null: to the end of the window).
-- An ordinary window leaves recovered transactions, and those that are still to be recovered, to their own windows.
-- Writes nothing, notifies nothing.
create or replace function changelog.change_positions(
    c changelog.cursor,
    max_rows integer,
    max_positions integer,
    out positions bigint[],
    out bound bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- a plan made while the log was small must still be right after a million rows have come at once
    set enable_seqscan = off
    set enable_bitmapscan = off
    set enable_sort = off
as $function$
declare
    window_start pg_snapshot := case
        when c.recovering is null then c.last
        else format('%1$s:%2$s:%1$s', c.recovering, c.recovering::text::bigint + 1)::pg_snapshot
    end;
    full_at bigint;
begin
    with candidate as materialized (
        select s.position, s.xid, s.logged_at
        from (
            select l.position, l.xid, l.logged_at
            from logs.change l
            where l.position > c.at
            and l.logged_at >= c.logged_from
            order by l.position
            limit max_positions) s
        where pg_visible_in_snapshot(s.xid, c.current)
        and not pg_visible_in_snapshot(s.xid, window_start)
        limit max_rows
    ), own_transaction as materialized (
        -- scalar subqueries: a look-up each, never a hash of the whole table
        select k.xid, k.logged_at
        from (select distinct a.xid, a.logged_at from candidate a) k
        where c.recovering is not null
        or (
            (
                select t.xid
                from logs.transaction t
                where t.xid = k.xid
                and t.logged_at = k.logged_at) is not null
            and (
                select r.xid
                from changelog.recovered r
                where r.xid = k.xid
                and r.logged_at = k.logged_at) is null)
    )
    select
        coalesce(array_agg(a.position order by a.position) filter (where o.xid is not null), '{}'),
        case when count(*) = max_rows then max(a.position) end
    into positions, full_at
    from candidate a
    left join own_transaction o on o.xid = a.xid and o.logged_at = a.logged_at;

    -- a later snapshot than the page's: rows that have come since can only pull the bound closer
    bound := coalesce(full_at, (
        select l.position
        from logs.change l
        where l.position > c.at
        and l.logged_at >= c.logged_from
        order by l.position
        offset max_positions - 1
        limit 1));
end
$function$;
