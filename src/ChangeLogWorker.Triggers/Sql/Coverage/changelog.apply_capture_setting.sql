-- changelog.apply_capture_setting(wanted, by): stores the settings that decide how triggers are made: schemas,
-- log_no_op_updates, fire_always, users_table, users_foreign_keys. A key missing from wanted keeps its stored value.
-- Returns the settings before and after. A difference writes the event changelog.capture_settings.changed. Security
-- definer, like changelog.apply_exclusions.
-- Writes changelog.capture_setting, lib_event.event. Notifies lib_event.created.
create or replace function changelog.apply_capture_setting(
    wanted jsonb, by jsonb default '{}', out before jsonb, out after jsonb)
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- defaults
    kept constant text[] := '{singleton,users_oid}';
    stored changelog.capture_setting;
    given changelog.capture_setting;
begin
    select * into strict stored from changelog.capture_setting for update;
    given := jsonb_populate_record(stored, coalesce(wanted, '{}'::jsonb) - kept);
    -- otherwise keys would come back unasked with the next configured table
    given.users_foreign_keys := given.users_foreign_keys and given.users_table is not null;
    before := to_jsonb(stored) - kept;
    after := to_jsonb(given) - kept;
    if before <> after then
        update changelog.capture_setting
        set schemas = given.schemas,
            log_no_op_updates = given.log_no_op_updates,
            fire_always = given.fire_always,
            users_table = given.users_table,
            users_foreign_keys = given.users_foreign_keys;
        perform changelog.write_event('changelog.capture_settings.changed', by, (
            select jsonb_build_object(
                'before', jsonb_object_agg(n.name, b.text),
                'after', jsonb_object_agg(n.name, a.text))
            from (values
                ('Schemas', 'schemas'),
                ('Capture:LogNoOpUpdates', 'log_no_op_updates'), ('Capture:FireAlways', 'fire_always'),
                ('Platform:UsersTable', 'users_table'), ('Platform:ForeignKeys', 'users_foreign_keys')) n (name, key)
            cross join lateral (select changelog.shown_setting(n.key, before -> n.key)) b (text)
            cross join lateral (select changelog.shown_setting(n.key, after -> n.key)) a (text)
            where before -> n.key <> after -> n.key));
    end if;
end
$function$;
comment on function changelog.apply_capture_setting(jsonb, jsonb) is
    'Stores the settings that decide how triggers are made, with an event';
