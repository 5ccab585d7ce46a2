-- changelog.component_types(types): these types, and every type that they are made of, through domains, arrays, ranges
-- and composites. Writes nothing, notifies nothing.
create or replace function changelog.component_types(types oid[])
    returns setof oid
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    return query
    with recursive part as (
        select u.oid
        from unnest(types) u (oid)
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
comment on function changelog.component_types(oid[]) is 'These types, and every type that they are made of';
