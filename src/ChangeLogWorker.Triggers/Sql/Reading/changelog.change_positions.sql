-- changelog.change_positions(cursor, max_rows, max_positions): the next changes of the open window, in position order,
-- at most max_rows of them among the next max_positions of the log; the span of their logged_at; and bound, the
-- position up to which these are all (null: to the end of the window).
-- An ordinary window holds the changes that follow their transaction's row; changes before it, or of a transaction that
-- has none yet, are recovered in a window of their own (changelog.recovered). The window of an adopted cluster holds
-- what the former cluster's snapshots do not show, and everything beyond the positions that they cover.
-- Writes nothing, notifies nothing.
create or replace function changelog.change_positions(
    c changelog.cursor,
    max_rows integer,
    max_positions integer,
    out positions bigint[],
    out logged_from timestamptz,
    out logged_until timestamptz,
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
            and l.position <= c.until
            and l.logged_at >= c.logged_from
            order by l.position
            limit max_positions) s
        where (c.adopting or pg_visible_in_snapshot(s.xid, c.current))
        and (not pg_visible_in_snapshot(s.xid, window_start) or c.adopting and s.position > c.top)
        limit max_rows
    ), own_transaction as materialized (
        -- a scalar subquery: one look-up each, never a hash of the whole table
        select
            k.xid,
            k.logged_at,
            (
                select t.position
                from logs.transaction t
                where t.xid = k.xid
                and t.logged_at = k.logged_at) as position
        from (select distinct a.xid, a.logged_at from candidate a) k
    ), judged as (
        select
            a.position,
            a.logged_at,
            case when c.recovering is null then o.position < a.position else o.position > a.position end as belongs
        from candidate a
        left join own_transaction o on o.xid = a.xid and o.logged_at = a.logged_at
    )
    select
        coalesce(array_agg(j.position order by j.position) filter (where j.belongs), '{}'),
        min(j.logged_at) filter (where j.belongs),
        max(j.logged_at) filter (where j.belongs),
        case when count(*) = max_rows then max(j.position) end
    into positions, logged_from, logged_until, full_at
    from judged j;

    if full_at is not null then
        bound := full_at;
        return;
    end if;
    -- the window has no more positions: all were scanned
    if c.until - c.at <= max_positions then
        return;
    end if;
    -- This snapshot is later than the page's: rows added since are not in this window, but they pull the bound closer,
    -- and it must never lie before what the page already holds.
    bound := (
        select greatest(l.position, positions[cardinality(positions)])
        from logs.change l
        where l.position > c.at
        and l.position <= c.until
        and l.logged_at >= c.logged_from
        order by l.position
        offset max_positions - 1
        limit 1);
end
$function$;
