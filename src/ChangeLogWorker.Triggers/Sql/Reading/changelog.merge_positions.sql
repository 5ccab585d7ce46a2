-- changelog.merge_positions(changes, events, upto, max_rows): cuts the next changes and the next events of a handler
-- that reads both to one page in position order: no more than max_rows together, nothing beyond upto (null: no bound).
-- Writes nothing, notifies nothing.
create or replace function changelog.merge_positions(
    inout changes bigint[],
    inout events bigint[],
    inout upto bigint,
    max_rows integer)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    upto := least(upto, (
        select u.position
        from (select unnest(changes) union all select unnest(events)) u (position)
        order by u.position
        offset max_rows - 1
        limit 1));
    changes := array(select u.position from unnest(changes) u (position) where upto is null or u.position <= upto);
    events := array(select u.position from unnest(events) u (position) where upto is null or u.position <= upto);
end
$function$;
