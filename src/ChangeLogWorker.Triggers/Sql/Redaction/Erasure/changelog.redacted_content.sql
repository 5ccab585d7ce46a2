-- changelog.redacted_content(content, what): a payload, or something derived from one, after changelog redact. what:
-- {"key", "hint", "way"}: keys at any depth; {"actor"}: who a person was and from where, see changelog.content_rules.
-- With "resources" it is an own entry in platform.audit_logs: the same within its states, or, with {"records"}, the
-- whole states. Writes nothing, notifies nothing.
create or replace function changelog.redacted_content(content jsonb, what jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    state text;
begin
    if not what ? 'resources' then
        return logs.redact_keys(content, changelog.content_rules(what));
    end if;
    foreach state in array '{previous_state,new_state}'::text[] loop
        if jsonb_typeof(content -> state) in ('object', 'array') then
            content := jsonb_set(content, array[state], case
                when not what ? 'records' then logs.redact_keys(content -> state, changelog.content_rules(what))
                when jsonb_typeof(content -> state) = 'object' then logs.erased_row(content -> state, '{}')
                else '"[redacted]"'
            end);
        elsif what ? 'records' and content ? state then
            content := jsonb_set(content, array[state], logs.redact_value(content -> state, 'mask'));
        end if;
    end loop;
    if what ? 'records' then
        if content ->> 'notes' is not null then
            content := content || '{"notes": "[redacted]"}';
        end if;
        if not logs.is_anonymous(content ->> 'record_id') then
            content := jsonb_set(content, '{record_id}', logs.redact_value(content -> 'record_id', 'hash'));
        end if;
    end if;
    -- platform.merge_details may have put the whole payload under "payload"
    if jsonb_typeof(content -> 'payload') = 'object' then
        content := jsonb_set(content, '{payload}', changelog.redacted_content(content -> 'payload', what));
    end if;
    return content;
end
$function$;
comment on function changelog.redacted_content(jsonb, jsonb) is
    'A payload after changelog redact';
