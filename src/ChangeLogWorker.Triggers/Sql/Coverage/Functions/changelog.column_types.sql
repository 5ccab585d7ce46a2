-- changelog.column_types(target): every type that a table's columns are made of, through domains, arrays, ranges and
-- composites. Writes nothing, notifies nothing.
create or replace function changelog.column_types(target oid)
    returns setof oid
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    return query
    with recursive part as (
        select a.atttypid as oid
        from pg_attribute a
        where a.attrelid = target
          and a.attnum > 0
          and not a.attisdropped
        union
        select x.oid
        from part p
        join pg_type t on t.oid = p.oid
        cross join lateral (
            select t.typbasetype as oid where t.typtype = 'd'
            union all
            select t.typelem where t.typcategory = 'A' and t.typelem <> 0
            union all
            select r.rngsubtype from pg_range r where t.typtype = 'r' and r.rngtypid = t.oid
            union all
            select a.atttypid
            from pg_attribute a
            where t.typtype = 'c'
              and a.attrelid = t.typrelid
              and a.attnum > 0
              and not a.attisdropped) x
    )
    select p.oid
    from part p;
end
$function$;
comment on function changelog.column_types(oid) is 'The types that the columns of a table are made of';
