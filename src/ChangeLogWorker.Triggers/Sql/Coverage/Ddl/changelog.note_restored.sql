-- changelog.note_restored: writes the event that a trigger of a captured table was tampered with and has been restored.
-- Where DDL is followed it names the user and the command, and the user gets a notice; where a reconcile found it, it
-- says since when changes may have been missed. Never fails: restoring the trigger matters more.
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function changelog.note_restored(
    table_schema text,
    table_name text,
    action text,
    trigger_name text,
    reason text,
    covered_since timestamptz,
    command text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    what jsonb := jsonb_build_object(
        'table', table_schema || '.' || table_name, 'trigger', trigger_name, 'action', action, 'reason', reason);
begin
    if command is null then
        perform lib_event.store('changelog.trigger.restored', what || jsonb_build_object(
            'found_by', session_user,
            'unseen_since', (select greatest(covered_since, i.reconciled_at) from changelog.installation i)));
        return;
    end if;
    perform lib_event.store('changelog.trigger.restored', what || jsonb_build_object(
        'command', command, 'db_user', session_user, 'db_role', nullif(current_setting('role'), 'none')));
    raise notice using
        message = format(
            case action
                when 'enable' then 'ChangeLog enabled its trigger on %s.%s again'
                when 'drop' then 'ChangeLog dropped a second trigger of its own on %s.%s'
                else 'ChangeLog restored its trigger on %s.%s'
            end,
            table_schema,
            table_name),
        hint = case
            when starts_with(trigger_name, 'refuse_') then 'What ChangeLog has recorded is never changed.'
            else 'To exclude a table from capture, name it in NON_LOGGED_TABLES.'
        end;
exception when others then
    raise warning 'ChangeLog: could not write the event about a trigger of %.%: %', table_schema, table_name, sqlerrm;
end
$function$;
comment on function changelog.note_restored(text, text, text, text, text, timestamptz, text)
    is 'Writes the event that a trigger was tampered with';
