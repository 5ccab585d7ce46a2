-- changelog.restore_guards(command): restores the guards of append-only tables according to changelog.guard_plan, with
-- an event for each. command: the DDL command just run. Returns how many.
-- Writes triggers of these tables and events, notifies as these do.
create or replace function changelog.restore_guards(command text default null)
    returns integer
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    step record;
    restored integer := 0;
begin
    perform set_config('changelog.reconciling', changelog.reconciling_mark(), true);
    for step in
        select *
        from changelog.guard_plan() p
        -- a create command removes none, and new partitions get theirs one by one
        where p.action <> 'create'
        or command is distinct from 'CREATE TRIGGER'
    loop
        execute step.statement;
        perform changelog.note_restored(
            step.table_schema,
            step.table_name,
            step.action,
            step.guard,
            case step.action
                when 'create' then 'the trigger is missing'
                when 'replace' then 'the trigger was altered'
                else 'the trigger is disabled'
            end,
            null,
            command);
        restored := restored + 1;
    end loop;
    perform set_config('changelog.reconciling', 'off', true);
    return restored;
end
$function$;
comment on function changelog.restore_guards(text)
    is 'Restores the guards of append-only tables';
