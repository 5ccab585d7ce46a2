-- logs.refuse_change(): the guard of append-only tables. With the argument 'own context' a transaction may amend
-- actor_id and context of the row that it wrote itself; with 'deleted user' user_id may be nulled and nothing else:
-- logs.require_gone_user then checks that the user is gone. Only changelog redact may remove raw values from the log:
-- its mark (changelog.start_redaction) lasts for one transaction, and anyone who could forge it could drop the guard as
-- well, since nobody else may update these tables. Writes nothing, notifies nothing.
create or replace function logs.refuse_change()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- columns of logs.change, lib_event.event, logs.transaction, and the tables of the schema platform
    redactable constant text[] :=
        '{record_id,record_data,previous_data,partition_key,headers,payload,context,actor_id,client_addr,'
        'application_name,event_details,metadata,user_id,ip_address,user_agent,linked_table,linked_id}';
    users oid;
    is_seen boolean := true;
begin
    if tg_op = 'UPDATE' and tg_argv[0] = 'own context' then
        if old.xid = pg_current_xact_id_if_assigned()
            and to_jsonb(new) - '{actor_id,context}'::text[] = to_jsonb(old) - '{actor_id,context}'::text[]
        then
            return new;
        end if;
    end if;
    if tg_op = 'UPDATE' and tg_argv[0] = 'deleted user' then
        if old.user_id is not null
            and new.user_id is null
            and to_jsonb(new) - 'user_id' = to_jsonb(old) - 'user_id'
        then
            -- at depth 1 it is a statement's own update, not a foreign key's, which may run where users cannot be read
            if pg_trigger_depth() = 1 then
                for users in
                    select f.confrelid
                    from pg_constraint f
                    where f.conrelid = tg_relid
                    and f.contype = 'f'
                    and f.confdeltype = 'n'
                loop
                    is_seen := is_seen and changelog.absent_users(users, array[old.user_id]) is not null;
                end loop;
            end if;
            if is_seen then
                return new;
            end if;
        end if;
    end if;
    if tg_op = 'UPDATE' and current_setting('changelog.redacting', true) = pg_current_xact_id_if_assigned()::text then
        if to_jsonb(new) - redactable = to_jsonb(old) - redactable then
            return new;
        end if;
    end if;
    raise exception '% of %.% is refused: what ChangeLog has recorded is never changed',
        tg_op, tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state',
        hint = concat(
            case
                when tg_table_schema = 'logs' then 'Correct the logged table instead (that is recorded too).'
                when tg_table_schema = 'lib_event' then 'Create another event that says what is true now.'
                when tg_table_name = 'audit_logs'
                    then 'Correct the logged table instead, or insert another entry (both are recorded too).'
                else 'Its rows are made of events: create another event that says what is true now.'
            end,
            ' To remove raw values: changelog redact.',
            case
                when exists (select from pg_class c where c.oid = tg_relid and (c.relispartition or c.relkind = 'p'))
                    then ' To get rid of old records, detach and drop whole partitions.'
            end);
end
$function$;
comment on function logs.refuse_change() is 'Guard: UPDATE, DELETE and TRUNCATE are refused with a sentence';
