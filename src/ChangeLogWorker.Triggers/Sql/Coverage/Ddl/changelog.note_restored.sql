-- changelog.note_restored: leaves the event that says what somebody did to a trigger of a captured table, and that it
-- is undone: who, with which command, where DDL is followed, and then whoever did it is told; where a reconcile found
-- it, since when changes may have gone by unseen. Never fails: the trigger is what matters. Writes lib_event.event.
-- Notifies lib_event.created.
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
                else 'ChangeLog put its trigger on %s.%s back'
            end,
            table_schema,
            table_name),
        hint = case
            when starts_with(trigger_name, 'refuse_') then 'What ChangeLog has recorded is never changed.'
            else 'A table that is not to be captured is named in NON_LOGGED_TABLES.'
        end;
exception when others then
    raise warning 'ChangeLog: no event says what was done to %.%: %', table_schema, table_name, sqlerrm;
end
$function$;
comment on function changelog.note_restored(text, text, text, text, text, timestamptz, text)
    is 'Leaves the event that says what somebody did to a trigger';
