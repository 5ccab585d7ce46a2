-- changelog.ddl_targets: the tables whose triggers a DDL command on one object may have put out of line: the table
-- itself; of a schema whatever is out of line, for a partition elsewhere carries its root's schema, and a rule may name
-- it; of a partition tree its root, what is suspect in it (of a partition: in its own branch), and what has just left
-- it, which its truncate triggers still name (was_of: the root it left). Writes nothing, notifies nothing.
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
        from changelog.out_of_line() o;
        return;
    end if;
    if in_tree is not true then
        return query
        select target, null::oid;
        return;
    end if;

    -- a foreign key of one partition's own is the root's redaction
    root := coalesce(pg_partition_root(target)::oid, target);
    return query
    select root, null::oid
    union all
    select s.table_oid, null::oid
    from changelog.suspect_partitions(root, target) s;
    -- what is detached leaves a partition, too, that has partitions of its own
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
