-- changelog.unhandled_changes(handler): the changes that a handler still has to handle, as visible now: the rest of its
-- open window, everything beyond, recovered transactions, and changes whose transaction has yet to be recovered. Reads
-- the log from the cursor on, so its cost grows with the backlog. Security definer: a reader of the log sees no cursor.
-- Writes nothing, notifies nothing.
create or replace function changelog.unhandled_changes(handler_name text)
    returns setof logs.change
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
declare
    here integer := (changelog.known_cluster()).number;
    c changelog.cursor;
    floor_position bigint;
    floor_logged_at timestamptz := '-infinity';
begin
    select * into c from changelog.cursor k where k.handler = handler_name;
    if not found then
        -- it has not started yet, and will start at the beginning of the log
        c.last := '1:1:';
        c.top := 0;
        c.since := 0;
        c.recovered_upto := 0;
        c.adopting := false;
    end if;
    if c.adopting or c.cluster is distinct from here then
        floor_position := c.since;
    else
        select f."position", f.logged_at
        into floor_position, floor_logged_at
        from changelog.window_floor('changes', c.last, pg_current_snapshot(), c.since) f;
    end if;

    return query
    select l.*
    from logs.change l
    where l.position > floor_position
    and l.logged_at >= floor_logged_at
    and changelog.is_unhandled(c, here, l.position, l.xid)
    -- one look-up each, never a hash of all transactions
    and (
        select t.position
        from logs.transaction t
        where t.xid = l.xid
        and t.logged_at = l.logged_at) < l.position;

    return query
    select l.*
    from changelog.recovered r
    join logs.change l on l.xid = r.xid and l.logged_at = r.logged_at
    where r.number > c.recovered_upto
    and l.position >= r.first_position
    and l.position <= r.last_position
    and (r.xid is distinct from c.recovering or l.position > c.at);

    return query
    select l.*
    from logs.change l
    where l.position > (select s.finished from changelog.sweep s)
    and (
        select t.position
        from logs.transaction t
        where t.xid = l.xid
        and t.logged_at = l.logged_at) < l.position is not true
    and not exists (
        select
        from changelog.recovered r
        where r.xid = l.xid
        and r.logged_at = l.logged_at);
end
$function$;
comment on function changelog.unhandled_changes(text) is
    'The changes that a handler still has to handle; its cost grows with the backlog';
