-- changelog.link_names(target): every text by which a linked_table names a table: with its schema and without, quoted
-- and not, and so for its partitions. Writes nothing, notifies nothing.
create or replace function changelog.link_names(target oid)
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    -- only then judged, else every table there is would be
    with candidate as materialized (
        select distinct s.name
        from (
            select link_names.target as oid
            union
            select p.relid
            from pg_partition_tree(link_names.target) p) t
        join pg_class c on c.oid = t.oid
        join pg_namespace n on n.oid = c.relnamespace
        cross join unnest(array[
            n.nspname || '.' || c.relname,
            format('%I.%I', n.nspname, c.relname),
            c.relname,
            quote_ident(c.relname)]) s (name)
    )
    select coalesce(array_agg(s.name), '{}')
    from candidate s
    where changelog.link_target(s.name) = link_names.target
$function$;
comment on function changelog.link_names(oid) is 'Every text by which a linked_table names a table';
