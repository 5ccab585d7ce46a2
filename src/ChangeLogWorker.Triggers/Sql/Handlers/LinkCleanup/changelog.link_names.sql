-- changelog.link_names(target): every text by which a linked_table may refer to a table or its partitions: with and
-- without schema, quoted and unquoted. Writes nothing, notifies nothing.
create or replace function changelog.link_names(target oid)
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    -- materialized: otherwise every table would be looked up
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
comment on function changelog.link_names(oid) is 'Every text by which a linked_table may name a table';
