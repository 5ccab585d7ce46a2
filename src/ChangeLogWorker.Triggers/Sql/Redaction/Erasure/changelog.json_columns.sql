-- changelog.json_columns: the columns of each table that may hold JSON objects: json, jsonb, composite types, types
-- with a cast to json, and domains and arrays of these. With an oid, that table only (changelog.target_tables).
-- Writes nothing, notifies nothing.
create or replace function changelog.json_columns(target oid default null)
returns table (
    table_oid oid,
    columns text[]
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
declare
    targets oid[] := changelog.target_tables(target);
begin
    return query
    with recursive held as (
        select a.attrelid, a.attnum, a.attname::text as name, a.atttypid as type
        from unnest(targets) r (oid)
        join pg_class c on c.oid = r.oid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p')
          and not c.relispartition
          and not changelog.is_internal(n.nspname, c.relname)
          and a.attnum > 0
          and not a.attisdropped
          and a.attgenerated <> 'v'
        union all
        select h.attrelid, h.attnum, h.name, case when t.typtype = 'd' then t.typbasetype else t.typelem end
        from held h
        join pg_type t on t.oid = h.type
        where t.typtype = 'd'
           or t.typcategory = 'A' and t.typelem <> 0
    )
    select h.attrelid, array_agg(distinct h.name)
    from held h
    join pg_type t on t.oid = h.type
    where t.oid in ('json'::regtype, 'jsonb'::regtype)
       or t.typtype = 'c'
       or t.typtype <> 'd' and exists (
           select from pg_cast c where c.castsource = t.oid and c.casttarget = 'json'::regtype and c.castfunc <> 0)
    group by h.attrelid;
end
$function$;
comment on function changelog.json_columns(oid) is 'The columns of each table that may hold JSON objects';
