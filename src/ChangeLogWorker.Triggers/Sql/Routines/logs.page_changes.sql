-- logs.page_changes(positions, logged_from): the changes of a page, in position order where the caller asks for it.
-- Without a set clause, so that it is inlined into the handler's statement. Writes nothing, notifies nothing.
create or replace function logs.page_changes(positions bigint[], logged_from timestamptz)
    returns setof logs.change
    language sql
    stable
as $function$
    select c.*
    from logs.change c
    where c.position operator(pg_catalog.=) any (positions)
    and c.logged_at operator(pg_catalog.>=) logged_from
$function$;
comment on function logs.page_changes(bigint[], timestamptz) is 'The changes of a page: positions, and the smallest logged_at of its window, which keeps older partitions out';
