-- changelog.desired_trigger: the triggers that each table should have, with their arguments.
-- A row trigger on each table, of a partition tree on the root alone (PostgreSQL clones it); a truncate trigger on each
-- table with storage. Arguments: as logs.write_change says.
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
    ), captured as materialized (
        select t.*
        from changelog.tables(desired_trigger.target) t
        where t.captured
    ), redacted as materialized (
        select c.table_oid,
               array_agg(c.column_name order by c.number) as columns,
               array_agg(c.column_name order by c.number) filter (where c.is_masked) as masked,
               array_agg(c.column_name) filter (where c.way <> 'hash' and c.when_column is null) as gone,
               jsonb_agg(
                   jsonb_strip_nulls(jsonb_build_object('column', c.column_name, 'way', c.way, 'when', c.when_column))
                   order by c.number, c.when_column is null, c.place) filter (where not c.is_masked) as others
        from (
            select d.*,
                   d.way = 'mask'
                   and d.when_column is null
                   and count(*) over (partition by d.table_oid, d.number) = 1 as is_masked
            from changelog.redacted_columns(desired_trigger.target) d
        ) c
        group by c.table_oid
    ), holding as materialized (
        select j.table_oid, j.columns
        from changelog.json_columns(desired_trigger.target) j
    ), wanted as (
        select t.table_oid,
               format('!changelog_row_%s', t.table_oid) as trigger_name,
               case
                   when t.kind = 'p' then to_regprocedure('logs.capture_partition_change()')
                   else to_regprocedure('logs.capture_row_change()')
               end::oid as function,
               29::smallint as type,
               s.enabled,
               array[
                   case when cardinality(k.columns) = 1 then k.columns[1] else '' end,
                   case when cardinality(k.columns) > 1 then k.columns::text else '' end,
                   coalesce(o.columns::text, ''),
                   -- two columns and fewer are masked one by one faster than all at once
                   coalesce(
                       (
                           select jsonb_object_agg(m.name, '[redacted]')
                           from unnest(d.masked) m (name)
                           where cardinality(d.masked) > 2)::text,
                       ''),
                   s.options
               ] as args,
               array[
                   coalesce(d.others::text, ''),
                   coalesce(j.columns::text, ''),
                   coalesce(j.hint, ''),
                   coalesce(j.rules::text, ''),
                   changelog.key_treatment(
                       t.table_oid,
                       k.columns,
                       -- JSON in a key could hold any of the keys
                       array(
                           select i.name
                           from unnest(k.columns) i (name)
                           where i.name = any (d.columns)
                              or i.name = any (j.columns)))
               ] || d.masked as redaction,
               t.kind = 'p' as names_root,
               t.root_oid,
               t.root_schema,
               t.root_name
        from captured t
        cross join setting s
        cross join changelog.key_columns(t.table_oid) k
        cross join lateral (
            select array_agg(a.attname::text order by a.attnum) as columns
            from pg_attribute a
            where a.attrelid = t.table_oid
              and a.attgenerated = 'v'
              and not a.attisdropped
        ) o
        left join redacted d on d.table_oid = t.table_oid
        -- joined here: within the lateral each table's columns would be worked out for each table
        left join holding h on h.table_oid = t.table_oid
        left join lateral (
            select
                (select array_agg(c.name) from unnest(h.columns) c (name) where c.name <> all (coalesce(d.gone, '{}'))) as columns,
                changelog.text_hint(r.hint) as hint,
                r.rules
            from changelog.key_rules(t.table_schema, t.table_name) r
            where h.columns is not null
              and r.hint is not null
        ) j on j.columns is not null
        where t.table_oid = t.root_oid
        union all
        select t.table_oid,
               format('!changelog_truncate_%s', t.table_oid),
               to_regprocedure('logs.capture_truncate()')::oid,
               32::smallint,
               s.enabled,
               array['', '', '', '', ''],
               array['', '', '', '', ''],
               t.table_oid <> t.root_oid,
               t.root_oid,
               t.root_schema,
               t.root_name
        from captured t
        cross join setting s
        where t.kind = 'r'
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
                   when not w.names_root
                       and cardinality(w.redaction) > 5
                       and (w.args[2:3] || w.args[5:5] || w.redaction[1:5]) <@ array['']
                       then w.args[1:4] || array['masked'] || w.redaction[6:]
                   when w.names_root
                       then w.args || array[w.root_oid::text, w.root_schema, w.root_name] || w.redaction
                   else w.args || array['', '', ''] || w.redaction
               end as full
    ) a;
end
$function$;
