-- platform.record_audit_entry(): turns an application's own entry in platform.audit_logs into the event
-- changelog.audit.recorded. Missing performer, address, agent, request and notes come from the context; database user,
-- role, application and client address from the session, whatever the entry says. created_at is when the entry became
-- known. Its states and record_id are redacted like those of its table, captured or not; resource may name
-- that table in any form (changelog.entry_target).
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function platform.record_audit_entry()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    context jsonb := changelog.current_context();
    target oid;
    redaction jsonb;
    states jsonb;
begin
    if new.action is null or new.resource is null then
        raise exception 'platform.audit_logs: an entry needs an action and a resource'
        using errcode = 'not_null_violation',
            hint = 'For example: insert into platform.audit_logs (action, resource, notes) '
                'values (''export'', ''public.orders'', ''for the tax office'')';
    end if;
    if substr(new.id::text, 15, 1) = '8' then
        raise exception 'platform.audit_logs: ids of version 8, such as %, are reserved for changes', new.id
            using errcode = 'insufficient_privilege',
                hint = 'Leave id out, or give a random one.';
    end if;
    new.id := coalesce(new.id, gen_random_uuid());
    new.performed_at := coalesce(new.performed_at, now());
    new.created_at := now();
    if new.performed_by is null and new.actor_id is null then
        new.actor_id := nullif(context ->> 'actor_id', '');
    end if;
    new.performed_by := coalesce(new.performed_by, logs.parse_uuid(new.actor_id));
    new.actor_id := coalesce(new.actor_id, new.performed_by::text);
    new.record_id := coalesce(new.record_id, new.resource_id::text);
    new.ip_address := coalesce(new.ip_address, logs.parse_inet(context ->> 'ip_address'));
    new.user_agent := coalesce(new.user_agent, context ->> 'user_agent');
    new.notes := coalesce(new.notes, context ->> 'reason');
    new.request_id := logs.index_key(coalesce(new.request_id, context ->> 'request_id'));
    new.db_user := session_user;
    new.db_role := nullif(current_setting('role'), 'none');
    new.application_name := nullif(current_setting('application_name'), '');
    new.client_addr := inet_client_addr();
    new.event__id := new.id;
    if num_nonnulls(new.record_id, new.previous_state, new.new_state) > 0 then
        target := changelog.entry_target(new.resource);
        redaction := case when target is not null then changelog.redaction_of(target) end;
    end if;
    if redaction is not null then
        states := changelog.redact_states(jsonb_build_array(new.previous_state, new.new_state), redaction);
        new.previous_state := case when new.previous_state is not null then states -> 0 end;
        new.new_state := case when new.new_state is not null then states -> 1 end;
        new.record_id := changelog.redacted_record(target, new.record_id, redaction);
        if new.record_id like 'hmac-sha256:%' then
            new.resource_id := null;
        end if;
    end if;
    perform lib_event.store(
        'changelog.audit.recorded',
        (
            select jsonb_object_agg(e.key, e.value)
            from jsonb_each(to_jsonb(new) - '{id,performed_at,created_at,event__id}'::text[]) e
            where e.value <> 'null'),
        new.performed_at,
        event__id => new.id);
    return new;
end
$function$;
comment on function platform.record_audit_entry() is 'INSTEAD OF INSERT on platform.audit_logs';
