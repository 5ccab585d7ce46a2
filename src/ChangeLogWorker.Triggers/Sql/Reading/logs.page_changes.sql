-- logs.page_changes(positions, logged_from, logged_until): the changes of a page; the caller orders them by position.
-- positions must be in order. Where they are close together, that range of the log is read once; where they are
-- scattered (a long transaction), each is looked up. The span excludes all other partitions, or even empty ones would
-- be searched once for each position.
-- No set clause, so that it is inlined into the handler's statement. Writes nothing, notifies nothing.
create or replace function logs.page_changes(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns setof logs.change
    language sql
    stable
as $function$
    select c.*
    from (
        select l.*
        from logs.change l
        where l.position operator(pg_catalog.>=) positions[1]
        and l.position operator(pg_catalog.<=) positions[pg_catalog.cardinality(positions)]
        and l.logged_at operator(pg_catalog.>=) logged_from
        and l.logged_at operator(pg_catalog.<=) logged_until
        and (positions[pg_catalog.cardinality(positions)] operator(pg_catalog.-) positions[1])
            operator(pg_catalog.<) (4 operator(pg_catalog.*) pg_catalog.cardinality(positions))
        offset 0) c
    where c.position operator(pg_catalog.=) any (select p.position from pg_catalog.unnest(positions) p (position))
    union all
    select l.*
    from logs.change l
    where l.position operator(pg_catalog.=) any (positions)
    and l.logged_at operator(pg_catalog.>=) logged_from
    and l.logged_at operator(pg_catalog.<=) logged_until
    and (positions[pg_catalog.cardinality(positions)] operator(pg_catalog.-) positions[1])
        operator(pg_catalog.>=) (4 operator(pg_catalog.*) pg_catalog.cardinality(positions))
$function$;
comment on function logs.page_changes(bigint[], timestamptz, timestamptz) is
    'The changes of a page: their positions in order, and the span of their logged_at';
