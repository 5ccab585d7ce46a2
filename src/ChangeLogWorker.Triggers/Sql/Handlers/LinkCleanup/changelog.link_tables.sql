-- changelog.link_tables(target): the tables with columns linked_table (text) and linked_id, each partition by itself,
-- and their policy in ChangeLog:Links; null: none, their links are left alone. id_type: the type to compare linked_id
-- as, so that its index is used. With an oid, that table only. Not listed: system and temporary tables, and ChangeLog's
-- append-only ones. Writes nothing, notifies nothing.
create or replace function changelog.link_tables(target oid default null)
    returns table (table_oid oid, table_schema text, table_name text, policy text, pattern text, id_type text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select
        c.oid,
        n.nspname::text,
        c.relname::text,
        p.policy,
        p.pattern,
        case when b.typname in ('uuid', 'int2', 'int4', 'int8', 'numeric') then b.typname::text else 'text' end
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute t on t.attrelid = c.oid and t.attname = 'linked_table' and not t.attisdropped
    join pg_type k on k.oid = t.atttypid and k.typcategory = 'S'
    join pg_attribute i on i.attrelid = c.oid and i.attname = 'linked_id' and not i.attisdropped
    join pg_type d on d.oid = i.atttypid
    left join pg_type b
        on b.oid = coalesce(nullif(d.typbasetype, 0), d.oid) and b.typnamespace = 'pg_catalog'::regnamespace
    -- a partition follows its root
    join pg_class r
        on r.oid = case when c.relispartition then coalesce(pg_partition_root(c.oid)::oid, c.oid) else c.oid end
    join pg_namespace s on s.oid = r.relnamespace
    left join lateral (
        select w.policy, w.pattern
        from changelog.link_policy w
        where s.nspname::text like w.schema_like
        and r.relname::text like w.table_like
        order by w.place
        limit 1) p on true
    where c.oid between coalesce(link_tables.target, 0) and coalesce(link_tables.target, 4294967295)
    and c.relkind = 'r'
    and c.relpersistence <> 't'
    and not changelog.is_internal(s.nspname, r.relname)
    order by c.oid
$function$;
comment on function changelog.link_tables(oid) is 'Tables with linked_table and linked_id, and their policy';
