-- changelog.ddl_targets: the tables whose triggers a DDL command on one object may have put out of line: the table
-- itself; of a schema its tables; of a partition tree what is out of line in it, and what has just left it, which its
-- truncate triggers still name (was_of: the root it left).
-- Writes nothing, notifies nobody.
create or replace function changelog.ddl_targets(target oid, is_schema boolean, in_tree boolean)
returns table (
    table_oid oid,
    was_of oid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    select target, null::oid
    where not is_schema
      and in_tree is not true
    union all
    select o.table_oid, null
    from changelog.out_of_line() o
    join pg_class c on c.oid = o.table_oid
    where is_schema
      and c.relnamespace = target
    union all
    select o.table_oid, case when t.root_oid <> r.root and o.table_oid = t.root_oid then r.root end
    from (select coalesce(pg_partition_root(target)::oid, target) as root where in_tree) r
    cross join changelog.out_of_line() o
    cross join changelog.tables(o.table_oid) t
    where t.root_oid = r.root
       or exists (
           select
           from pg_trigger g
           where g.tgfoid = to_regprocedure('logs.capture_truncate()')::oid
             and position(decode('00', 'hex') || r.root::text::bytea || decode('00', 'hex') in g.tgargs) > 0
             and g.tgrelid in (
                 select t.table_oid
                 union all
                 select p.relid from pg_partition_tree(t.root_oid) p)
       );
end
$function$;
