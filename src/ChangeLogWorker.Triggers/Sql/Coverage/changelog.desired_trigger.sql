-- changelog.desired_trigger(target): the triggers that a table should have, with their arguments (logs.write_change): a
-- row trigger on each table, in a partition tree only on the root (PostgreSQL clones it), and a truncate trigger on
-- each table with storage. obstacle: why a row trigger calls no function of the table's own. Step by step instead of
-- one query for all tables, which took longer to start than to run, and every DDL asks.
-- Writes nothing, notifies nothing.
create or replace function changelog.desired_trigger(target oid)
returns table (
    trigger_name text,
    function text,
    type smallint,
    enabled "char",
    args text[],
    source text,
    settings text[],
    obstacle text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    known record;
    root text[] := array['', '', ''];
    redacted record;
    key text[];
    omitted text[];
    holding text[];
    hint text;
    rules jsonb;
    treatment text;
    types oid[];
begin
    select t.kind, t.table_schema, t.table_name, t.root_oid, t.root_schema, t.root_name,
           s.fire_always, s.log_no_op_updates
    into known
    from changelog.tables(target) t
    cross join changelog.capture_setting s
    where t.captured;
    if not found then
        return;
    end if;
    enabled := case when known.fire_always then 'A' else 'O' end;
    if known.kind = 'p' or target <> known.root_oid then
        root := array[known.root_oid::text, known.root_schema, known.root_name];
    end if;

    if known.kind = 'r' then
        trigger_name := '!changelog_truncate_' || target;
        function := 'logs.capture_truncate';
        type := 32;
        args := case when root[1] = '' then '{}' else array['', '', '', '', ''] || root end;
        return next;
    end if;
    if target <> known.root_oid then
        return;
    end if;

    select array_agg(c.column_name order by c.number) as columns,
           array_agg(c.column_name order by c.number) filter (where c.is_masked) as masked,
           array_agg(c.column_name) filter (where c.way <> 'hash' and c.when_column is null) as gone,
           jsonb_agg(
               jsonb_strip_nulls(jsonb_build_object('column', c.column_name, 'way', c.way, 'when', c.when_column))
               order by c.number, c.when_column is null, c.place) filter (where not c.is_masked) as others
    into redacted
    from (
        select d.*,
               d.way = 'mask'
               and d.when_column is null
               and count(*) over (partition by d.number) = 1 as is_masked
        from changelog.redacted_columns(target) d) c;
    select k.columns into key from changelog.key_columns(target) k;
    select array_agg(a.attname::text order by a.attnum)
    into omitted
    from pg_attribute a
    where a.attrelid = target
      and a.attgenerated = 'v'
      and not a.attisdropped;
    select j.columns into holding from changelog.json_columns(target) j;
    -- a column masked whole need not be searched
    if redacted.gone && holding then
        holding := array(select h.name from unnest(holding) h (name) where h.name <> all (redacted.gone));
    end if;
    if cardinality(holding) > 0 then
        select changelog.text_hint(r.hint), r.rules
        into hint, rules
        from changelog.key_rules(known.table_schema, known.table_name) r
        where r.hint is not null;
    end if;
    if hint is null then
        holding := null;
    end if;
    -- JSON in a key could contain any of these keys
    treatment := changelog.key_treatment(
        target, key, array(select k.name from unnest(key) k (name) where k.name = any (redacted.columns || holding)));

    trigger_name := '!changelog_row_' || target;
    function := case when known.kind = 'p' then 'logs.capture_partition_change' else 'logs.capture_row_change' end;
    type := 29;
    args := array[
        case when cardinality(key) = 1 then key[1] else '' end,
        case when cardinality(key) > 1 then key::text else '' end,
        coalesce(omitted::text, ''),
        -- up to two columns, masking one by one is faster
        case when cardinality(redacted.masked) > 2
            then (select jsonb_object_agg(m.name, '[redacted]')::text from unnest(redacted.masked) m (name))
            else ''
        end,
        case when known.log_no_op_updates then 'log-no-op' else '' end];
    if known.kind <> 'p' and cardinality(redacted.masked) > 0
        and args[2] = '' and args[3] = '' and args[5] = '' and treatment = ''
        and redacted.others is null and holding is null
    then
        args := args[1:4] || array['masked'] || redacted.masked;
    else
        args := args || root || array[
            coalesce(redacted.others::text, ''),
            coalesce(holding::text, ''),
            coalesce(hint, ''),
            coalesce(rules::text, ''),
            treatment] || redacted.masked;
    end if;
    types := array(
        select changelog.component_types(array(
            select a.atttypid
            from pg_attribute a
            where a.attrelid = target
              and a.attnum > 0
              and not a.attisdropped)));
    obstacle := changelog.own_function_obstacle(target, known.kind, types, treatment, omitted, redacted.others);
    if obstacle is null then
        function := 'logs.capture_' || target;
        source := changelog.capture_source(
            target, key, redacted.masked, holding, hint, known.log_no_op_updates);
        settings := changelog.pinned_settings(types);
    end if;
    -- omit trailing empty arguments
    while args[cardinality(args)] = '' loop
        args := args[:cardinality(args) - 1];
    end loop;
    return next;
end
$function$;
comment on function changelog.desired_trigger(oid) is 'The triggers that a table should have';
