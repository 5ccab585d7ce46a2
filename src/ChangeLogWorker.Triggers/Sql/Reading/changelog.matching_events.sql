-- changelog.matching_events(positions, event_types): those of a page's events whose type matches any of the LIKE
-- patterns, in order; an empty list matches all. Writes nothing, notifies nothing.
create or replace function changelog.matching_events(positions bigint[], event_types text[])
    returns bigint[]
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
begin
    if cardinality(event_types) = 0 then
        return positions;
    end if;
    return array(
        select e.position
        from lib_event.page_events(positions) e
        where e.event_type like any (event_types)
        order by e.position);
end
$function$;
comment on function changelog.matching_events(bigint[], text[]) is
    'The events of a page whose type matches a pattern';
