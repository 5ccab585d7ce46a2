-- changelog.ddl_targets: the tables whose triggers a DDL command on one object may have left out of date: the table
-- itself; for a schema, every unreconciled table, since a partition elsewhere carries its root's schema and a rule may
-- name it; for a partition tree, its root, its suspect partitions (for a partition: those of its branch), and tables
-- that have just left it and whose truncate triggers still name it (was_of: their former root).
-- Writes nothing, notifies nothing.
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
declare
    root oid;
    mark bytea;
begin
    if is_schema then
        return query
        select o.table_oid, null::oid
        from changelog.unreconciled_tables() o;
        return;
    end if;
    if in_tree is not true then
        return query
        select target, null::oid;
        return;
    end if;

    -- a foreign key of a single partition affects its root's redaction
    root := coalesce(pg_partition_root(target)::oid, target);
    return query
    select root, null::oid
    union all
    select s.table_oid, null::oid
    from changelog.suspect_partitions(root, target) s;
    -- a table may also be detached from a partition that is itself partitioned
    if target <> root and not exists (select from pg_class c where c.oid = target and c.relkind = 'p') then
        return;
    end if;

    mark := changelog.trigger_arguments(array['', root::text]);
    return query
    with gone as (
        select distinct coalesce(pg_partition_root(g.tgrelid)::oid, g.tgrelid) as oid
        from pg_trigger g
        where g.tgfoid = to_regprocedure('logs.capture_truncate()')::oid
          and position(mark in g.tgargs) > 0
          and g.tgrelid <> all (array(select p.relid::oid from pg_partition_tree(root) p))
    )
    select g.oid, root
    from gone g
    union all
    select s.table_oid, null
    from gone g
    cross join lateral changelog.suspect_partitions(g.oid, g.oid) s;
end
$function$;
