-- changelog.link_target(name): the table that a linked_table names: schema.table, quoted or not; without a schema, the
-- one in public, otherwise the only table of that name. Null: none, or several. Skips system schemas and ChangeLog's
-- own; for a partition returns the root. Writes nothing, notifies nothing.
create or replace function changelog.link_target(name text)
    returns oid
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with candidate as (
        select
            case when c.relispartition then coalesce(pg_partition_root(c.oid)::oid, c.oid) else c.oid end as root,
            case
                when link_target.name in (n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname)) then 1
                when n.nspname = 'public' then 2
                else 3
            end as place
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        -- through the catalog's index: the whole text, or what follows its first or last dot
        where c.relname in (
            select replace(btrim(p.part, '"'), '""', '"')
            from unnest(array[
                link_target.name,
                substr(link_target.name, strpos(link_target.name, '.') + 1),
                substring(link_target.name from '[^.]*$')]) p (part))
        and link_target.name in (
            n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), c.relname, quote_ident(c.relname))
        and c.relkind in ('r', 'p')
        and c.relpersistence <> 't'
        and not changelog.is_internal(n.nspname, c.relname)
    )
    select case when count(distinct b.root) = 1 then max(b.root) end
    from candidate b
    where b.place = (select min(f.place) from candidate f)
$function$;
comment on function changelog.link_target(text) is 'The table that a linked_table names; null: none, or several';
