-- changelog.event_positions(cursor, max_rows, max_positions): like changelog.change_positions, for domain events.
-- Writes nothing, notifies nothing.
create or replace function changelog.event_positions(
    c changelog.cursor,
    max_rows integer,
    max_positions integer,
    out positions bigint[],
    out bound bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
    set enable_sort = off
as $function$
begin
    positions := array(
        select s.position
        from (
            select e.position, e.xid
            from lib_event.event e
            where e.position > c.at
            and e.position <= c.until
            order by e.position
            limit max_positions) s
        where (c.adopting or pg_visible_in_snapshot(s.xid, c.current))
        and (not pg_visible_in_snapshot(s.xid, c.last) or c.adopting and s.position > c.top)
        order by s.position
        limit max_rows);
    if cardinality(positions) = max_rows then
        bound := positions[max_rows];
    elsif c.until - c.at > max_positions then
        bound := (
            -- a later snapshot than the page's: as in changelog.change_positions
            select greatest(e.position, positions[cardinality(positions)])
            from lib_event.event e
            where e.position > c.at
            and e.position <= c.until
            order by e.position
            offset max_positions - 1
            limit 1);
    end if;
end
$function$;
