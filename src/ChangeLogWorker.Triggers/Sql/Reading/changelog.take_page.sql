-- changelog.take_page(handler, max_rows, max_positions): locks the handler's cursor, finds the next page of its window
-- and moves the cursor past it, for the caller to commit together with the page's effects. state is
--   page  the positions to handle, perhaps none (an empty stretch), and the span of the changes' logged_at
--   idle  no window is open
--   busy  another worker holds the cursor
-- Call it first in a READ COMMITTED transaction: the page must be read by a later statement than the lock, or its
-- snapshot is older than the cursor and changes are lost (4 of 12,242 when tried). Writes changelog.cursor.
create or replace function changelog.take_page(
    handler_name text,
    max_rows integer,
    max_positions integer,
    out state text,
    out changes bigint[],
    out events bigint[],
    out logged_from timestamptz,
    out logged_until timestamptz,
    out window_done boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    c changelog.cursor;
    next_changes record;
    change_bound bigint;
    event_bound bigint;
    upto bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'changelog.take_page must be called in a READ COMMITTED transaction'
            using errcode = 'invalid_transaction_state';
    end if;
    -- before the lock, which draws an id: a poll that finds nothing writes nothing
    perform
    from changelog.cursor k
    where k.handler = handler_name
    and k.current is null;
    if found then
        state := 'idle';
        return;
    end if;
    -- lost together with its effects in a server crash, and then repeated: no need to wait for the flush
    perform set_config('synchronous_commit', 'off', true);
    select * into c from changelog.cursor k where k.handler = handler_name for update skip locked;
    if not found then
        state := 'busy';
        return;
    elsif c.current is null then
        state := 'idle';
        return;
    end if;

    changes := '{}';
    events := '{}';
    if c.stream <> 'events' then
        next_changes := changelog.change_positions(c, max_rows, max_positions);
        changes := next_changes.positions;
        logged_from := next_changes.logged_from;
        logged_until := next_changes.logged_until;
        change_bound := next_changes.bound;
    end if;
    if c.stream <> 'changes' and c.recovering is null then
        select p.positions, p.bound into events, event_bound
        from changelog.event_positions(c, max_rows, max_positions) p;
    end if;
    upto := least(change_bound, event_bound);
    if c.stream = 'both' then
        select p.changes, p.events, p.upto into changes, events, upto
        from changelog.merge_positions(changes, events, upto, max_rows) p;
    end if;

    state := 'page';
    window_done := upto is null;
    update changelog.cursor k
    set at = coalesce(upto, k.at),
        last = case when window_done and k.recovering is null then k.current else k.last end,
        top = case when window_done and k.recovering is null then k.until else k.top end,
        since = case when window_done and k.adopting then k.until else k.since end,
        current = case when not window_done then k.current end,
        recovered_upto = case
            when window_done and k.recovering is not null then (
                select r.number
                from changelog.recovered r
                where r.xid = k.recovering
                and r.logged_at = k.logged_from)
            else k.recovered_upto
        end,
        recovering = case when not window_done then k.recovering end,
        adopting = k.adopting and not window_done,
        handled = k.handled + cardinality(changes) + cardinality(events),
        updated_at = clock_timestamp()
    where k.handler = handler_name;
end
$function$;
