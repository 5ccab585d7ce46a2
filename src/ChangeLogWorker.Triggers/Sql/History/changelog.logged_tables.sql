-- changelog.logged_tables(root, schema_name, name): what the log calls a table; root is null for a dropped one. own:
-- its oid, and those of dropped tables of the same name; named: every oid that ever had its name, in other clusters of
-- this log too; names: schema and name, of today and before.
-- Writes nothing, notifies nothing.
create or replace function changelog.logged_tables(root oid, schema_name text, name text)
    returns table (own oid[], named oid[], names text[])
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with named as (
        select distinct v.table_oid as oid
        from changelog.coverage v
        where v.table_schema = schema_name
        and v.table_name = name
    )
    select
        array_remove(array[root], null)
        || array(select n.oid from named n where not exists (select from pg_class c where c.oid = n.oid)),
        array(select n.oid from named n),
        array[format('%I.%I', schema_name, name)] || array(
            select distinct format('%I.%I', v.table_schema, v.table_name)
            from changelog.coverage v
            where v.table_oid = root)
$function$;
comment on function changelog.logged_tables(oid, text, text) is 'The oids and names under which the log has a table';
