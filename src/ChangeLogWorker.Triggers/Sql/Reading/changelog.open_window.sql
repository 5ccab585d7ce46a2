-- changelog.open_window(handler): opens the next window of a handler that has none open, and the same one for all
-- handlers that stand at the same place, so that it is looked for once. Returns
--   open   a window is open, this one or another worker's      empty  nothing lies beyond the cursor
--   busy   another worker holds or has just moved the cursor   (an empty window is not stored: storing draws an id)
-- Call it in a transaction of its own that has no id yet: a snapshot counts its own transaction as finished, and what
-- a handler wrote there would never be seen again. Writes changelog.cursor. Notifies nothing.
create or replace function changelog.open_window(handler_name text)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $function$
declare
    here changelog.cluster;
    before changelog.cursor;
    late changelog.recovered;
    next_window changelog.cursor;
    bottom record;
    is_open boolean;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'changelog.open_window must be called in a transaction of its own'
            using errcode = 'active_sql_transaction';
    end if;
    select * into before from changelog.cursor c where c.handler = handler_name;
    if not found then
        raise exception 'handler % has no cursor', handler_name using errcode = 'no_data_found';
    elsif before.current is not null then
        return 'open';
    end if;
    here := changelog.known_cluster();
    if here.number is null then
        perform changelog.adopt_cluster();
        return 'busy';
    end if;

    next_window := before;
    late := changelog.next_recovered(before);
    if late.xid is not null then
        -- this one transaction lies between the two snapshots; last stays
        next_window.current := format('%1$s:%1$s:', late.xid::text::bigint + 1);
        next_window.floor := late.first_position;
        next_window.until := late.last_position;
        next_window.logged_from := late.logged_at;
        next_window.recovering := late.xid;
    elsif before.cluster <> here.number then
        next_window.current := here.boundary_snapshot;
        next_window.floor := before.since + 1;
        next_window.until := here.boundary;
        next_window.logged_from := '-infinity';
        next_window.adopting := true;
        next_window.cluster := here.number;
    else
        next_window.current := pg_current_snapshot();
        if before.last::text <> '1:1:' then
            bottom := changelog.window_floor(before.stream, before.last, next_window.current, before.since);
            next_window.floor := bottom."position";
            next_window.logged_from := bottom.logged_at;
        elsif changelog.has_newer(before.stream, before.last, before.since) then
            -- the whole log: no position precedes these, and finding its start would read all transactions
            next_window.floor := greatest(
                before.since + 1,
                least((select min(l.position) from logs.change l), (select min(e.position) from lib_event.event e)));
            next_window.logged_from := '-infinity';
        end if;
        -- read after the snapshot: whatever is visible in it has drawn its positions
        select p.last_value into next_window.until from lib_event.position p;
    end if;
    if next_window.floor is null then
        return 'empty';
    end if;

    -- a window lost in a server crash is opened again: no need to wait for the flush
    perform set_config('synchronous_commit', 'off', true);
    -- snapshot first, then the locks, then the check that the cursors stand where this one was read
    with standing as (
        select k.handler
        from changelog.cursor k
        where k.current is null
        and k.stream = before.stream
        and k.last::text = before.last::text
        and k.since = before.since
        and k.cluster = before.cluster
        and k.recovered_upto = before.recovered_upto
        for update skip locked),
    opened as (
        update changelog.cursor c
        set current = next_window.current,
            floor = next_window.floor,
            at = next_window.floor - 1,
            until = next_window.until,
            logged_from = next_window.logged_from,
            recovering = next_window.recovering,
            adopting = next_window.adopting,
            cluster = next_window.cluster,
            updated_at = clock_timestamp()
        from standing s
        where c.handler = s.handler
        returning c.handler)
    select bool_or(o.handler = handler_name) into is_open from opened o;
    return case when is_open then 'open' else 'busy' end;
end
$function$;
