-- changelog.ddl_reach(class, object): the tables whose redaction a DDL command on one object has changed beside its own: what
-- inherits from it, tables made of it where it is a composite type, those with columns of a type that has a cast to json
-- now; and whatever refers by foreign keys, in any number of steps, to a column of all these that is redacted.
-- Partitions follow their root. Writes nothing, notifies nobody.
create or replace function changelog.ddl_reach(class oid, object oid)
returns table (table_oid oid)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with recursive kind as (
        select c.castsource as oid
        from pg_cast c
        where class = 'pg_cast'::regclass
          and c.oid = object
          and c.casttarget = 'json'::regtype
        union
        select t.oid
        from kind k
        join pg_type t on t.typbasetype = k.oid or t.typelem = k.oid and t.typcategory = 'A'
    ), named as (
        select coalesce(pg_partition_root(object)::oid, object) as oid
        where class = 'pg_class'::regclass
    ), family as (
        (
            select n.oid
            from named n
            union
            select t.oid
            from named n
            join pg_class c on c.oid = n.oid and c.relkind = 'c'
            join pg_class t on t.reloftype = c.reltype
            union
            select a.attrelid
            from kind k
            join pg_attribute a on a.atttypid = k.oid and not a.attisdropped
        )
        union
        select c.oid
        from family f
        join pg_inherits i on i.inhparent = f.oid
        join pg_class c on c.oid = i.inhrelid and not c.relispartition
    ), held as (
        select d.table_oid, d.number
        from family f
        cross join lateral changelog.redacted_columns(f.oid) d
        where d.when_column is null
        union
        select f.conrelid, k.attnum
        from held h
        join pg_constraint f on f.confrelid = h.table_oid and f.contype = 'f' and f.conparentid = 0
        cross join lateral unnest(f.conkey, f.confkey) k (attnum, refnum)
        where k.refnum = h.number
    )
    select r.oid
    from (
        select f.oid from family f
        union
        select h.table_oid from held h) r
    join pg_class c on c.oid = r.oid and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    where not exists (select from named n where n.oid = r.oid);
end
$function$;
