-- changelog.suspect_partitions(root, branch): the partitions of a branch whose triggers do not look right at first
-- glance. A cheap check, because a full plan costs a hundred times as much and a tree may have a thousand partitions.
-- It may return too many, but never too few. Writes nothing, notifies nothing.
create or replace function changelog.suspect_partitions(root oid, branch oid)
returns table (table_oid oid)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
declare
    top record;
    arguments bytea;
begin
    select t.captured,
           t.root_schema,
           t.root_name,
           (select case when s.fire_always then 'A' else 'O' end from changelog.capture_setting s)::"char" as enabled
    into top
    from changelog.tables(suspect_partitions.root) t;
    arguments := changelog.trigger_arguments(
        array['', '', '', '', '', suspect_partitions.root::text, top.root_schema, top.root_name]);

    return query
    select p.relid::oid
    from pg_partition_tree(branch) p
    join pg_class c on c.oid = p.relid
    cross join lateral (
        select count(*) filter (where g.tgparentid = 0) as own,
               count(*) filter (
                   where g.tgname = '!changelog_truncate_' || p.relid::oid
                   and g.tgfoid = to_regprocedure('logs.capture_truncate()')::oid
                   and g.tgtype = 32
                   and g.tgconstraint = 0
                   and g.tgargs = arguments
                   and g.tgenabled = top.enabled) as good,
               count(*) filter (where g.tgenabled <> top.enabled) as otherwise
        from pg_trigger g
        where g.tgrelid = p.relid
          and changelog.is_capture_trigger(g.tgname, g.tgfoid)) g
    where p.relid <> suspect_partitions.root
      and (
          top.captured is not true and g.own > 0
          or top.captured and (
              g.own <> case when c.relkind = 'r' then 1 else 0 end
              or g.good <> g.own
              or g.otherwise > 0)
          or exists (
              select
              from changelog.coverage v
              where v.table_oid = p.relid
                and v.valid_until is null));
end
$function$;
comment on function changelog.suspect_partitions(oid, oid)
    is 'The partitions whose triggers do not look as they should';
