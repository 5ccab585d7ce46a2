-- changelog.open_window(handler): opens the next window of a handler that has none open. Returns
--   open   a window is open, this one or another worker's      empty  nothing lies beyond the cursor
--   busy   another worker holds or has just moved the cursor   (an empty window is not stored: storing draws an id)
-- Call it in a transaction of its own that has no id yet: a snapshot counts its own transaction as finished, and what
-- a handler wrote there would never be seen again. Writes changelog.cursor. Notifies nothing.
create or replace function changelog.open_window(handler_name text)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    before changelog.cursor;
    late changelog.recovered;
    window_end pg_snapshot;
    floor_position bigint;
    floor_logged_at timestamptz;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'changelog.open_window must be called in a transaction of its own'
            using errcode = 'active_sql_transaction';
    end if;
    select * into before from changelog.cursor c where c.handler = handler_name;
    if before.current is not null then
        return 'open';
    end if;

    late := changelog.next_recovered(before);
    if late.xid is not null then
        -- between the two snapshots lies this one transaction; last stays where it is
        window_end := format('%1$s:%1$s:', late.xid::text::bigint + 1);
        floor_position := late.first_position;
        floor_logged_at := late.logged_at;
    else
        window_end := pg_current_snapshot();
        select f."position", f.logged_at
        into floor_position, floor_logged_at
        from changelog.window_floor(before.stream, before.last, window_end) f;
    end if;
    if floor_position is null then
        return 'empty';
    end if;

    -- a window lost in a crash of the server is opened again: no need to wait for the disk
    perform set_config('synchronous_commit', 'off', true);
    -- snapshot first, then the lock, then the check that the cursor still stands where it was read
    perform
    from changelog.cursor c
    where c.handler = handler_name
    for update skip locked;
    if not found then
        return 'busy';
    end if;
    update changelog.cursor c
    set current = window_end,
        at = floor_position - 1,
        logged_from = floor_logged_at,
        recovering = late.xid,
        updated_at = clock_timestamp()
    where c.handler = handler_name
    and c.current is null
    and c.last::text = before.last::text
    and (late.xid is null or not exists (
        select
        from changelog.recovered_handled h
        where h.handler = handler_name
        and h.xid = late.xid));
    return case when found then 'open' else 'busy' end;
end
$function$;
