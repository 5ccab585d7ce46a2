-- changelog.redact_event(content): a payload or headers without the raw values of the keys that rules name.
-- Writes nothing, notifies nothing.
create or replace function changelog.redact_event(content jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    keys changelog.key_redaction;
begin
    if content in ('{}', '[]') then
        return content;
    end if;
    select k.* into keys from changelog.key_redaction k;
    return case when content::text ~* keys.event_hint then logs.redact_keys(content, keys.event_rules) else content end;
end
$function$;
comment on function changelog.redact_event(jsonb) is 'A payload or headers as they may be stored';
