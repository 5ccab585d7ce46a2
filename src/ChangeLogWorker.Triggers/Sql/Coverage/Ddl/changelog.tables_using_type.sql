-- changelog.tables_using_type(type): the tables with a column of a type, of a domain over it, of an array or range of
-- it, or of a row type that holds one of these. Writes nothing, notifies nothing.
create or replace function changelog.tables_using_type(type oid)
    returns setof oid
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    return query
    with recursive part as (
        select type as oid, 0::oid as relation
        union
        select coalesce(c.reltype, d.objid), coalesce(c.oid, 0)
        from part p
        join pg_depend d
            on d.refclassid = 'pg_type'::regclass
            and d.refobjid = p.oid
            and d.classid in ('pg_type'::regclass, 'pg_class'::regclass)
        left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and d.objsubid > 0
        where d.classid = 'pg_type'::regclass
           or c.oid is not null
    )
    select distinct coalesce(pg_partition_root(c.oid)::oid, c.oid)
    from part p
    join pg_class c on c.oid = p.relation
    where c.relkind in ('r', 'p');
end
$function$;
comment on function changelog.tables_using_type(oid) is 'The tables with a column that uses a type';
