-- changelog.logged_beyond(stream, after): when the first change or event of a stream beyond a position was written;
-- null if there is none. In PL/pgSQL, which caches the plan.
-- Writes nothing, notifies nothing.
create or replace function changelog.logged_beyond(stream text, after bigint)
    returns timestamptz
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
    set enable_sort = off
as $function$
begin
    return least(
        case when stream <> 'events' then (
            select c.logged_at
            from logs.change c
            where c.position > logged_beyond.after
            order by c.position
            limit 1)
        end,
        case when stream <> 'changes' then (
            select e.created_at
            from lib_event.event e
            where e.position > logged_beyond.after
            order by e.position
            limit 1)
        end);
end
$function$;
comment on function changelog.logged_beyond(text, bigint) is
    'When the first change or event beyond a position was written';
