-- changelog.next_recovered(cursor): the first recovered transaction that a handler of changes has not handled, or null.
-- Asked at every look: in PL/pgSQL, which keeps the plan, and by number, however many there have been.
-- Writes nothing, notifies nothing.
create or replace function changelog.next_recovered(c changelog.cursor)
    returns changelog.recovered
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set enable_bitmapscan = off
as $function$
declare
    late changelog.recovered;
begin
    select r.*
    into late
    from changelog.recovered r
    where c.stream <> 'events'
    and r.number > c.recovered_upto
    order by r.number
    limit 1;
    return late;
end
$function$;
