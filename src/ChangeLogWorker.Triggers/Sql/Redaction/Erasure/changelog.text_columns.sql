-- changelog.text_columns: the columns of each table whose JSON is a text that contains rows or JSON: ranges and
-- multiranges over composite types, json, jsonb and types with a cast to json, and arrays, domains and composite types
-- with such a range. Such a text has no keys, or has them within a text. With an oid, that table only
-- (changelog.target_tables). Writes nothing, notifies nothing.
create or replace function changelog.text_columns(target oid default null)
returns table (
    table_oid oid,
    number smallint,
    column_name text
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
    -- almost always empty: the server's own ranges are over numbers and dates
    if not exists (
        select
        from unnest(targets) r (oid)
        join pg_attribute a on a.attrelid = r.oid and a.atttypid >= 16384 and a.attnum > 0)
    then
        return;
    end if;
    return query
    with recursive held as (
        select a.attrelid, a.attnum, a.attname::text as name, a.atttypid as type, false as in_range
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
          and a.atttypid >= 16384
        union
        select h.attrelid, h.attnum, h.name, p.type, h.in_range or p.is_range
        from held h
        join pg_type t on t.oid = h.type
        cross join lateral (
            select t.typbasetype, false
            where t.typtype = 'd'
            union all
            select t.typelem, false
            where t.typcategory = 'A'
              and t.typelem <> 0
            union all
            select a.atttypid, false
            from pg_attribute a
            where a.attrelid = t.typrelid
              and a.attnum > 0
              and not a.attisdropped
            union all
            -- multiranges came with PostgreSQL 14
            select g.rngsubtype, true
            from pg_range g
            where t.typtype in ('r', 'm')
              and h.type in (g.rngtypid, (to_jsonb(g) ->> 'rngmultitypid')::oid)) p (type, is_range)
    )
    select distinct h.attrelid, h.attnum, h.name
    from held h
    join pg_type t on t.oid = h.type
    where h.in_range
      and (t.oid in ('json'::regtype, 'jsonb'::regtype)
           or t.typtype = 'c'
           or exists (
               select from pg_cast c
               where c.castsource = t.oid and c.casttarget = 'json'::regtype and c.castfunc <> 0));
end
$function$;
comment on function changelog.text_columns(oid) is
    'The columns of each table whose JSON is a text that contains rows or JSON';
