-- changelog.referring_keys(target): the foreign keys that refer to a table or one of its partitions, each as declared,
-- with its table, for a partition the root. Found through pg_depend, since pg_constraint has no index by the referenced
-- table. Writes nothing, notifies nothing.
create or replace function changelog.referring_keys(target oid)
returns table (
    child oid,
    conrelid oid,
    conkey smallint[],
    confrelid oid,
    confkey smallint[]
)
language plpgsql
stable
rows 5
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
    return query
    select coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid), f.conrelid, f.conkey, f.confrelid, f.confkey
    from pg_constraint f
    where f.contype = 'f'
      and f.conparentid = 0
      and f.oid = any (array(
          select d.objid
          from pg_depend d
          where d.classid = 'pg_constraint'::regclass
            and d.refclassid = 'pg_class'::regclass
            and d.refobjid = any (array(select p.relid::oid from pg_partition_tree(target) p) || target)))
      and f.confrelid = any (array(select p.relid::oid from pg_partition_tree(target) p) || target);
end
$function$;
comment on function changelog.referring_keys(oid) is 'The foreign keys that refer to a table';
