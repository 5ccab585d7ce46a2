-- changelog.tables: every table that a person would look for, whether it should be captured, and if not, why. A
-- captured table's reason says which writes escape capture (changelog.bypasses). A partition follows its root. With an
-- oid, only that table (changelog.target_tables). Not listed: system and temporary tables, and ChangeLog's own,
-- including those in schema platform that handlers fill. The only place that decides this.
-- Writes nothing, notifies nothing.
create or replace function changelog.tables(target oid default null)
returns table (
    table_oid oid,
    table_schema text,
    table_name text,
    kind "char",
    root_oid oid,
    root_schema text,
    root_name text,
    captured boolean,
    reason text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
declare
    targets oid[] := changelog.target_tables(target);
begin
    return query
    with own as materialized (
        select s.schemas,
               i.uninstalled_at is not null
               or to_regprocedure('logs.capture_row_change()') is null
               or to_regprocedure('logs.capture_truncate()') is null as uninstalled
        from changelog.installation i
        cross join changelog.capture_setting s
    ), bypass as materialized (
        select b.table_oid, string_agg(b.who, ', ' order by b.who) as who
        from changelog.bypasses() b
        group by b.table_oid
    ), relation as (
        select c.oid,
               c.relkind,
               n.nspname::text as schema,
               c.relname::text as name,
               case when c.relispartition then coalesce(pg_partition_root(c.oid)::oid, c.oid) else c.oid end as root
        from unnest(targets) o (oid)
        join pg_class c on c.oid = o.oid
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f', 'm')
          and c.relpersistence <> 't'
          and not changelog.is_internal(n.nspname, c.relname)
    ), judged as (
        select r.*,
               n.nspname::text as root_schema,
               c.relname::text as root_name,
               case
                   when o.uninstalled then 'ChangeLog is not installed'
                   when r.relkind = 'f' then 'a foreign table changes on its own server'
                   when r.relkind = 'm' then 'a materialized view is derived from other tables'
                   when e.extname is not null then format('belongs to the extension %s', e.extname)
                   when tl.name is not null then format('holds the timeline %s', tl.name)
                   when n.nspname <> all (o.schemas) then format('schema %s is not among ChangeLog:Schemas', n.nspname)
                   when x.tool is not null then format('excluded by default as %s''s: %s', x.tool, x.pattern)
                   when x.pattern is not null then format('excluded by %s', x.pattern)
               end as reason
        from relation r
        cross join own o
        join pg_class c on c.oid = r.root
        join pg_namespace n on n.oid = c.relnamespace and not changelog.is_internal(n.nspname, c.relname)
        left join changelog.timeline tl on tl.table_schema = n.nspname and tl.table_name = c.relname
        left join lateral (
            select pe.extname
            from pg_depend d
            join pg_extension pe on pe.oid = d.refobjid
            where d.classid = 'pg_class'::regclass
              and d.objid in (r.oid, r.root)
              and d.refclassid = 'pg_extension'::regclass
              and d.deptype = 'e'
            limit 1
        ) e on true
        left join lateral (
            select ex.pattern, ex.tool
            from (
                select e.pattern, e.schema_like, e.table_like, null as tool
                from changelog.exclusion e
                union all
                select f.pattern, f.schema_like, f.table_like, f.tool
                from changelog.default_exclusion f
                where not f.is_off) ex
            where n.nspname::text like ex.schema_like
              and c.relname::text like ex.table_like
              -- a tool's table that inherits from one of the application holds the application's rows (TimescaleDB's
              -- chunks)
              and (ex.tool is null or not exists (
                  select
                  from pg_inherits i
                  join pg_class p on p.oid = i.inhparent
                  where i.inhrelid = c.oid
                    and p.relnamespace <> n.oid))
            order by ex.tool is not null, ex.pattern
            limit 1
        ) x on true
    )
    select j.oid, j.schema, j.name, j.relkind, j.root, j.root_schema, j.root_name, j.reason is null,
           coalesce(j.reason, 'except what is written under session_replication_role = replica: ' || b.who)
    from judged j
    left join lateral (
        select string_agg(x.who, ', ') as who
        from bypass x
        where x.table_oid is null
           or x.table_oid = j.root
    ) b on true;
end
$function$;
