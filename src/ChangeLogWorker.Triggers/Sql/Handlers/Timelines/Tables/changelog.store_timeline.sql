-- changelog.store_timeline(definition): stores a timeline's definition. A definition that differs from the stored one
-- writes the event changelog.timeline.changed, because its table is not captured from then on. Security definer, like
-- changelog.apply_exclusions.
-- Writes changelog.timeline, lib_event.event. Notifies lib_event.created.
create or replace function changelog.store_timeline(definition jsonb)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- columns that the worker maintains
    kept constant text[] := '{graph,skipped,prepared_at,keys_made}';
    wanted changelog.timeline := jsonb_populate_record(null::changelog.timeline, definition);
    before jsonb;
    after jsonb;
begin
    perform from changelog.capture_setting for update;
    select to_jsonb(t) - kept into before from changelog.timeline t where t.name = wanted.name;
    insert into changelog.timeline as t (
        name, root_schema, root_table, root_key, table_schema, table_name, root_column, actor_column, service,
        stage_column, stage_type, children, events, foreign_keys)
    values (
        wanted.name, wanted.root_schema, wanted.root_table, wanted.root_key, wanted.table_schema, wanted.table_name,
        wanted.root_column, wanted.actor_column, wanted.service,
        wanted.stage_column, wanted.stage_type, wanted.children,
        wanted.events, wanted.foreign_keys)
    on conflict (name) do update
    set root_schema = excluded.root_schema,
        root_table = excluded.root_table,
        root_key = excluded.root_key,
        table_schema = excluded.table_schema,
        table_name = excluded.table_name,
        root_column = excluded.root_column,
        actor_column = excluded.actor_column,
        service = excluded.service,
        stage_column = excluded.stage_column,
        stage_type = excluded.stage_type,
        children = excluded.children,
        events = excluded.events,
        foreign_keys = excluded.foreign_keys,
        graph = null,
        prepared_at = now();
    select to_jsonb(t) - kept into after from changelog.timeline t where t.name = wanted.name;
    if before is distinct from after then
        perform changelog.write_event(
            'changelog.timeline.changed', '{}', jsonb_build_object('before', before, 'after', after));
    end if;
end
$function$;
comment on function changelog.store_timeline(jsonb) is 'Stores a timeline''s definition, with an event';
