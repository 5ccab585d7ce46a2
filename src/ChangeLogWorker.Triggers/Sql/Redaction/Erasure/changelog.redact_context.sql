-- changelog.redact_context(context): a context without the raw values of the keys that rules name. A context that could
-- not be parsed has no keys: it is masked whole if such a key may be in it.
-- Writes nothing, notifies nothing, never fails.
create or replace function changelog.redact_context(context jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    keys changelog.key_redaction;
begin
    if context = '{}' then
        return context;
    end if;
    select k.* into keys from changelog.key_redaction k;
    if context ->> 'invalid' ~* changelog.text_hint(keys.context_hint) then
        context := context || '{"invalid": "[redacted]"}';
    end if;
    return case
        when context::text ~* keys.context_hint then logs.redact_keys(context, keys.context_rules)
        else context
    end;
end
$function$;
comment on function changelog.redact_context(jsonb) is 'A context as it may be recorded';
