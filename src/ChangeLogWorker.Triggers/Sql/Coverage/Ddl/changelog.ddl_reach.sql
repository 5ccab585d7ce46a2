-- changelog.ddl_reach(class, object): the tables whose triggers may be out of date after a DDL command on one object,
-- beside that object: tables that inherit from it; for a composite type, tables made of it; tables with columns that
-- hold its rows, or values of a type that now has a cast to json; and everything that refers, through any number of
-- foreign keys, to a column of these that is redacted, or is hashed because such a column was (its trigger's arguments
-- say so). Partitions follow their root. "offset 0" forces an index look-up for each row: the planner would rather scan
-- a catalog than guess how few there are. Writes nothing, notifies nothing.
create or replace function changelog.ddl_reach(class oid, object oid)
returns table (table_oid oid)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
declare
    named constant oid := case
        when class = 'pg_class'::regclass then coalesce(pg_partition_root(object)::oid, object)
    end;
    family oid[];
    reached oid[];
    hashed oid[];
    children oid[];
    is_referred boolean := false;
begin
    if class = 'pg_cast'::regclass then
        select array_agg(u.oid)
        into family
        from pg_cast c
        cross join lateral changelog.tables_using_type(c.castsource) u (oid)
        where c.oid = object
          and c.casttarget in ('json'::regtype, 'jsonb'::regtype);
    elsif exists (select from pg_class c where c.oid = named and c.relkind = 'c') then
        select array_agg(t.oid)
        into family
        from (
            select t.oid
            from pg_class c
            join pg_class t on t.reloftype = c.reltype
            where c.oid = named
            union
            select u.oid
            from pg_class c
            cross join lateral changelog.tables_using_type(c.reltype) u (oid)
            where c.oid = named) t;
    else
        family := array[named] || array(
            select u.oid
            from pg_class c
            cross join lateral changelog.tables_using_type(c.reltype) u (oid)
            where c.oid = named
              and u.oid <> named);
    end if;

    reached := family;
    loop
        reached := array(
            select i.inhrelid
            from pg_inherits i
            join pg_class c on c.oid = i.inhrelid and not c.relispartition
            where i.inhparent = any (reached)
              and i.inhrelid <> all (family));
        exit when reached = '{}';
        family := family || reached;
    end loop;

    -- children whose columns are hashed because they refer to a redacted one
    hashed := family;
    reached := family;
    loop
        select array_agg(f.child), coalesce(
            array_agg(distinct f.child) filter (
                where f.child <> all (hashed)
                and exists (
                    select
                    from pg_trigger g
                    where g.tgrelid = f.child
                      and g.tgname = '!changelog_row_' || f.child
                      and position(convert_to('"way": "hash"', getdatabaseencoding()) in g.tgargs) > 0)),
            '{}')
        into children, reached
        from unnest(reached) r (oid)
        cross join lateral changelog.referring_keys(r.oid) f;
        is_referred := is_referred or children is not null;
        exit when reached = '{}';
        hashed := hashed || reached;
    end loop;

    -- columns that refer to a redacted one
    if is_referred and exists (
        select
        from unnest(family) f (oid)
        cross join lateral changelog.redacted_columns(f.oid))
    then
        hashed := hashed || array(
            with recursive held as (
                select d.table_oid, d.number, d.column_name collate "C" as name
                from unnest(family) f (oid)
                cross join lateral changelog.redacted_columns(f.oid) d
                union
                select f.child, a.attnum, a.attname::text
                from held h
                cross join lateral changelog.referring_keys(h.table_oid) f
                cross join lateral unnest(f.conkey, f.confkey) k (attnum, refnum)
                cross join lateral (
                    select a.attnum, a.attname
                    from pg_attribute o
                    join pg_attribute p on p.attrelid = f.conrelid and p.attnum = k.attnum
                    join pg_attribute a on a.attrelid = f.child and a.attname = p.attname
                    where o.attrelid = f.confrelid
                      and o.attnum = k.refnum
                      and o.attname = h.name
                    offset 0) a
            )
            select h.table_oid
            from held h);
    end if;

    return query
    select distinct r.oid
    from unnest(hashed) r (oid)
    cross join lateral (
        select c.relkind, c.relispartition, c.relpersistence
        from pg_class c
        where c.oid = r.oid
        offset 0) c
    where r.oid is distinct from named
      and c.relkind in ('r', 'p')
      and not c.relispartition
      and c.relpersistence <> 't';
end
$function$;
