-- changelog.desired_trigger: the triggers that each table should have, with their arguments.
-- A row trigger on each table, of a partition tree on the root alone (PostgreSQL clones it); a truncate trigger on each
-- table with storage. Arguments: key, composite key, omitted columns, redaction (later), options, root oid, schema, name.
-- Writes nothing, notifies nobody.
create or replace function changelog.desired_trigger(target oid default null)
returns table (
    table_oid oid,
    trigger_name text,
    function oid,
    type smallint,
    enabled "char",
    args text[]
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with setting as materialized (
        select case when fire_always then 'A' else 'O' end::"char" as enabled,
               case when log_no_op_updates then 'log-no-op' else '' end as options
        from changelog.capture_setting
    ), wanted as (
        select t.table_oid,
               format('!changelog_row_%s', t.table_oid) as trigger_name,
               to_regprocedure('logs.capture_row_change()')::oid as function,
               29::smallint as type,
               s.enabled,
               array[
                   case when cardinality(k.columns) = 1 then k.columns[1] else '' end,
                   case when cardinality(k.columns) > 1 then k.columns::text else '' end,
                   coalesce(o.columns::text, ''),
                   '',
                   s.options
               ] as args,
               t.kind = 'p' as names_root,
               t.root_oid,
               t.root_schema,
               t.root_name
        from changelog.tables(desired_trigger.target) t
        cross join setting s
        cross join changelog.key_columns(t.table_oid) k
        cross join lateral (
            select array_agg(a.attname::text order by a.attnum) as columns
            from pg_attribute a
            where a.attrelid = t.table_oid
              and a.attgenerated = 'v'
              and not a.attisdropped
        ) o
        where t.captured
          and t.table_oid = t.root_oid
        union all
        select t.table_oid,
               format('!changelog_truncate_%s', t.table_oid),
               to_regprocedure('logs.capture_truncate()')::oid,
               32::smallint,
               s.enabled,
               array['', '', '', '', ''],
               t.table_oid <> t.root_oid,
               t.root_oid,
               t.root_schema,
               t.root_name
        from changelog.tables(desired_trigger.target) t
        cross join setting s
        where t.captured
          and t.kind = 'r'
    )
    select w.table_oid,
           w.trigger_name,
           w.function,
           w.type,
           w.enabled,
           a.full[1:coalesce((select max(i) from generate_subscripts(a.full, 1) i where a.full[i] <> ''), 0)]
    from wanted w
    cross join lateral (
        select case
                   when w.names_root then w.args || array[w.root_oid::text, w.root_schema, w.root_name]
                   else w.args
               end as full
    ) a;
end
$function$;
