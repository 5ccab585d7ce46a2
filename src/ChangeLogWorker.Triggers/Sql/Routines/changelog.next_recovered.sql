-- changelog.next_recovered(cursor): the first recovered transaction that a handler of changes has not handled, or null.
-- Asked at every look: in PL/pgSQL, which keeps the plan. Writes nothing, notifies nothing.
create or replace function changelog.next_recovered(c changelog.cursor)
    returns changelog.recovered
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    late changelog.recovered;
begin
    select r.*
    into late
    from changelog.recovered r
    where c.stream <> 'events'
    and not exists (
        select
        from changelog.recovered_handled h
        where h.handler = c.handler
        and h.xid = r.xid
        and h.logged_at = r.logged_at)
    order by r.first_position
    limit 1;
    return late;
end
$function$;
