-- changelog.matching_changes(positions, logged_from, logged_until, schemas, tables, operations): those of a page's
-- changes that match a handler's filter, in order: the table matches any pair of LIKE patterns, and the operation is
-- listed. An empty list matches all. Tables are matched by their name at the time. Writes nothing, notifies nothing.
create or replace function changelog.matching_changes(
    positions bigint[],
    logged_from timestamptz,
    logged_until timestamptz,
    schemas text[],
    tables text[],
    operations text[])
    returns bigint[]
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
begin
    if cardinality(tables) = 0 and cardinality(operations) = 0 then
        return positions;
    end if;
    return array(
        select c.position
        from logs.page_changes(positions, logged_from, logged_until) c
        where (cardinality(operations) = 0 or c.op::text = any (operations))
        and (cardinality(tables) = 0 or exists (
            select
            from unnest(schemas, tables) p (schema_like, table_like)
            where c.table_schema like p.schema_like
            and c.table_name like p.table_like))
        order by c.position);
end
$function$;
comment on function changelog.matching_changes(bigint[], timestamptz, timestamptz, text[], text[], text[]) is
    'The changes of a page that match a handler''s filter';
