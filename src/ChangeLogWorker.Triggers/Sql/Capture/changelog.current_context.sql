-- changelog.current_context(): who acts and from where: the setting changelog.context, with the actor from
-- request.jwt.claims (PostgREST, Supabase) if it names none. An invalid ip_address becomes null and its text goes under
-- "invalid". Already redacted, ready to be stored.
-- Writes nothing, notifies nothing, never fails.
create or replace function changelog.current_context()
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    context jsonb := changelog.parse_context(current_setting('changelog.context', true));
    subject text;
begin
    if coalesce(context ->> 'actor_id', '') = '' then
        subject := changelog.parse_context(current_setting('request.jwt.claims', true)) ->> 'sub';
        if subject <> '' then
            context := context || jsonb_build_object('actor_id', subject);
        end if;
    end if;
    if context ->> 'ip_address' is not null then
        begin
            perform (context ->> 'ip_address')::inet;
        exception when others then
            context := context || jsonb_build_object('ip_address', null, 'invalid', context -> 'ip_address');
        end;
    end if;
    return changelog.redact_context(context);
end
$function$;
comment on function changelog.current_context() is 'The context of the current transaction as it would be recorded now';
