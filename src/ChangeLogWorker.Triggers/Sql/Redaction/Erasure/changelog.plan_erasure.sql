-- changelog.plan_erasure(tables, names, records): what to rewrite to erase a record: first the record itself under
-- every key it ever had, then whatever refers to it in any number of steps, composite references first. keys: how many
-- the record had; actors: the anonymous ones. The values stay in the session, see changelog.kept_redaction.
-- Writes the setting changelog.erasing. Notifies nothing.
create or replace function changelog.plan_erasure(tables oid[], names text[], records text[])
    returns table (step_tables oid[], step_names text[], what jsonb, keys integer, actors text[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    key text[] := (select k.columns from changelog.key_columns(tables[1]) k);
    all_records text[] := coalesce(changelog.former_keys(tables, names, records), records);
    token uuid := gen_random_uuid();
    steps jsonb := jsonb_build_array(jsonb_build_object(
        'tables', tables, 'names', names, 'base', key, 'what', jsonb_build_object('records', all_records)));
    step jsonb;
    step_place integer := 0;
    reference record;
    held text[];
begin
    while step_place < jsonb_array_length(steps) loop
        step := steps -> step_place;
        step_tables := array(select t.oid::oid from jsonb_array_elements_text(step -> 'tables') t (oid));
        step_names := array(select jsonb_array_elements_text(step -> 'names'));
        what := step -> 'what';
        for reference in
            select r.*, t.tables, t.names
            from changelog.erased_references(
                step_tables,
                step_names,
                array(select jsonb_array_elements_text(nullif(step -> 'base', 'null'))),
                case when step_place > 0 then array(
                    select jsonb_array_elements_text(what -> 'hashed')
                    union
                    select jsonb_array_elements_text(what -> 'masked')) end) r
            cross join lateral (
                -- including dropped tables of the same name, and all former names
                select o.tables, array(
                    select v.table_schema || '.' || v.table_name
                    from changelog.coverage v
                    where v.table_oid = any (o.tables)
                    union
                    select v.table_name from changelog.coverage v where v.table_oid = any (o.tables)
                    union
                    select n.nspname || '.' || c.relname) as names
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                cross join lateral (
                    select c.oid || array(
                        select distinct v.table_oid
                        from changelog.coverage v
                        where v.table_schema = n.nspname
                        and v.table_name = c.relname
                        and not exists (select from pg_class d where d.oid = v.table_oid)) as tables) o
                where c.oid = r.table_oid) t
        loop
            held := case
                when to_jsonb(reference.referred) <> step -> 'base' then
                    changelog.logged_values(step_tables, step_names, what, reference.referred)
                else array(select jsonb_array_elements_text(coalesce(what -> 'records', what -> 'values')))
            end;
            held := array(
                select case when s.name is null then h.value else jsonb_build_array(s.name, h.value)::text end
                from unnest(held) h (value)
                left join unnest(reference.formats) s (name) on true
                where not logs.is_anonymous(h.value)
                -- stop at what was found before: foreign keys may form cycles
                except
                select jsonb_array_elements_text(known.step -> 'what' -> 'values')
                from jsonb_array_elements(steps) known (step)
                where known.step -> 'tables' -> 0 = to_jsonb(reference.table_oid)
                and known.step -> 'base' = to_jsonb(reference.columns));
            if held <> '{}' then
                steps := steps || jsonb_build_object(
                    'tables', reference.tables,
                    'names', reference.names,
                    'base', reference.columns,
                    'what', jsonb_strip_nulls(jsonb_build_object(
                        'columns', reference.columns,
                        'values', held,
                        'hashed', reference.hashed,
                        'masked', reference.masked,
                        -- otherwise the record itself could no longer be found
                        'spared', case when reference.table_oid = tables[1] then all_records end)));
            end if;
        end loop;
        step_place := step_place + 1;
    end loop;
    perform set_config(
        'changelog.erasing',
        jsonb_build_object('token', token, 'whats', jsonb_path_query_array(steps, '$[*].what'))::text,
        false);
    return query
    select
        array(select t.oid::oid from jsonb_array_elements_text(s.step -> 'tables') t (oid)),
        array(select jsonb_array_elements_text(s.step -> 'names')),
        jsonb_build_object('kept', s.place - 1, 'token', token),
        1 + cardinality(all_records) - cardinality(records),
        array(select r.id from unnest(all_records) r (id) where logs.is_anonymous(r.id) or r.id = any (records))
    from jsonb_array_elements(steps) with ordinality s (step, place)
    order by s.place > 1, jsonb_array_length(s.step -> 'what' -> 'columns') desc, s.place;
end
$function$;
comment on function changelog.plan_erasure(oid[], text[], text[]) is
    'What has to be rewritten to erase a record: its own changes under all its keys, and whatever refers to it';
