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
    ), foreign_key as materialized (
        -- as changelog.redacted_columns has them
        select f.conrelid,
               f.conkey,
               f.confrelid,
               f.confkey,
               coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid) as child,
               coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid) as parent
        from pg_constraint f
        where f.contype = 'f'
          and f.conparentid = 0
    ), held as (
        select d.table_oid, d.number, d.column_name collate "C" as name
        from family f
        cross join lateral changelog.redacted_columns(f.oid) d
        union
        select f.child, a.attnum, a.attname::text
        from held h
        join foreign_key f on f.parent = h.table_oid
        cross join lateral unnest(f.conkey, f.confkey) k (attnum, refnum)
        join pg_attribute o on o.attrelid = f.confrelid and o.attnum = k.refnum and o.attname = h.name
        join pg_attribute p on p.attrelid = f.conrelid and p.attnum = k.attnum
        join pg_attribute a on a.attrelid = f.child and a.attname = p.attname
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
