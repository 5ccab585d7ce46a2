-- changelog.kept_redaction(what): the values to redact that changelog.plan_erasure has kept in this session: values
-- read from the log must not travel as parameters, which servers log. Anything that was not kept is returned as given.
-- Writes nothing, notifies nothing.
create or replace function changelog.kept_redaction(what jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    kept jsonb := nullif(current_setting('changelog.erasing', true), '')::jsonb;
begin
    if not what ? 'kept' then
        return what;
    end if;
    if kept ->> 'token' is distinct from what ->> 'token' then
        raise exception 'the values to erase were found in another session'
        using errcode = 'object_not_in_prerequisite_state',
            hint = 'Connect to the server itself, not to a pooler that gives each transaction another session.';
    end if;
    return kept -> 'whats' -> (what ->> 'kept')::integer;
end
$function$;
comment on function changelog.kept_redaction(jsonb) is
    'The values that changelog redact removes, as kept in this session';
