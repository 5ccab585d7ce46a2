-- changelog.is_unhandled(cursor, cluster, position, xid): whether a position is still pending according to a cursor;
-- cluster is the number of the known one. No set clause, so that it is inlined.
-- Writes nothing, notifies nothing.
create or replace function changelog.is_unhandled(c changelog.cursor, cluster integer, "position" bigint, xid xid8)
    returns boolean
    language sql
    immutable
as $function$
    select "position" operator(pg_catalog.>) (c).since
        and (not pg_catalog.pg_visible_in_snapshot(xid, (c).last)
            or "position" operator(pg_catalog.>) (c).top
                and ((c).adopting or (c).cluster is distinct from cluster))
        and ((c).current is null
            or (c).recovering is not null
            or "position" operator(pg_catalog.>) (c).at
            or not ((c).adopting or pg_catalog.pg_visible_in_snapshot(xid, (c).current)))
$function$;
