-- changelog.unreconciled_tables: the tables whose triggers or coverage are not as they should be, roots before
-- partitions.
-- Writes nothing, notifies nothing.
create or replace function changelog.unreconciled_tables()
returns table (
    table_oid oid,
    table_schema text,
    table_name text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    select o.table_oid, n.nspname::text, c.relname::text
    from (
        select p.table_oid
        from changelog.trigger_plan() p
        union
        select t.table_oid
        from changelog.tables() t
        left join changelog.coverage v on v.table_oid = t.table_oid and v.valid_until is null
        cross join lateral (select case when t.captured then changelog.suspended_since(t.table_oid) end as reason) s
        where t.table_oid = t.root_oid
          and (v.table_schema, v.table_name, v.captured, v.reason)
              is distinct from (
                  t.table_schema, t.table_name, t.captured and s.reason is null, coalesce(s.reason, t.reason))
    ) o
    join pg_class c on c.oid = o.table_oid
    join pg_namespace n on n.oid = c.relnamespace
    order by c.relispartition, n.nspname, c.relname;
end
$function$;
