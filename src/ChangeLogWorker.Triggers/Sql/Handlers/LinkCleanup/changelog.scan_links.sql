-- changelog.scan_links(link_table, first_block, blocks): the rows with a link in a block range of a table. Caller's
-- rights, like changelog.find_links. Writes nothing, notifies nothing.
create or replace function changelog.scan_links(
    link_table oid, first_block bigint, blocks integer, out rows_at tid[], out names text[], out ids text[])
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
    set row_security = off
    set lock_timeout = '2s'
    set jit = off
as $function$
begin
    perform changelog.require_links_login(link_table);
    execute format(
        $scan$
        select array_agg(r.ctid), array_agg(r.linked_table::text), array_agg(r.linked_id::text)
        from only %s r
        where r.ctid >= $1 and r.ctid < $2
        and r.linked_table is not null
        and r.linked_id is not null
        $scan$,
        link_table::regclass)
    into rows_at, names, ids
    using format('(%s,0)', first_block)::tid, format('(%s,0)', least(first_block + blocks, 4294967294))::tid;
end
$function$;
comment on function changelog.scan_links(oid, bigint, integer) is
    'The rows with a link in a block range of a table';
