-- logs.backfill_requests(max_rows): adds the request_id to the newest changes that an earlier version has enriched
-- without it, at most so many; returns at how many it looked, 0 once none is left. Waits for changelog redact, which
-- rewrites the contexts that it reads.
-- Writes logs.change_details, logs.request_backfill. Notifies nothing.
create or replace function logs.backfill_requests(max_rows integer)
    returns integer
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
declare
    upto bigint;
    next bigint;
    rows_seen integer;
begin
    if not exists (select from logs.request_backfill) then
        return 0;
    end if;
    lock table changelog.cursor in row share mode;
    select b.below into upto from logs.request_backfill b for update;
    select min(d.position), count(*)
    into next, rows_seen
    from (
        select d.position
        from logs.change_details d
        where d.position < upto
        order by d.position desc
        limit max_rows) d;
    if rows_seen = 0 then
        delete from logs.request_backfill;
        return 0;
    end if;
    update logs.change_details d
    set request_id = n.request_id
    from (
        select e.position, e.logged_at, logs.index_key(t.context ->> 'request_id') as request_id
        from logs.change_details e
        join logs.change c on c.position = e.position and c.logged_at = e.logged_at
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where e.position >= next
        and e.position < upto) n
    where d.position = n.position
    and d.logged_at = n.logged_at
    and d.request_id is distinct from n.request_id;
    update logs.request_backfill b
    set below = next;
    return rows_seen;
end
$function$;
comment on function logs.backfill_requests(integer) is
    'Adds request_ids to details of an earlier version; 0 once none is left';
