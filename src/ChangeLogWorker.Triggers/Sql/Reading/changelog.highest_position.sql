-- changelog.highest_position(): the highest position known to have been drawn: by a change, an event, a recovered
-- transaction (any other precedes its changes), or passed by a cursor. One index look-up each.
-- Writes nothing, notifies nothing.
create or replace function changelog.highest_position()
    returns bigint
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
begin
    return greatest(
        (select max(c.position) from logs.change c),
        (select max(e.position) from lib_event.event e),
        (
            select max(t.position)
            from changelog.recovered r
            join logs.transaction t on t.xid = r.xid and t.logged_at = r.logged_at),
        (select max(k.top) from changelog.cursor k),
        (select max(k.boundary) from changelog.cluster k),
        0);
end
$function$;
comment on function changelog.highest_position() is 'The highest position known to have been drawn';
