-- changelog.write_event(event_type, by, facts): writes the audit event of an action on ChangeLog itself. by is what the
-- program says of itself; it overrides neither the facts nor db_user, the session user as the server knows it. For the
-- owner, and for security definer functions. Writes lib_event.event. Notifies lib_event.created.
create or replace function changelog.write_event(event_type text, by jsonb, facts jsonb default '{}')
    returns uuid
    language sql
    set search_path = pg_catalog, pg_temp
as $function$
    select lib_event.store(
        event_type,
        case when jsonb_typeof(by) = 'object' then by else '{}' end
            || facts || jsonb_build_object('db_user', session_user))
$function$;
comment on function changelog.write_event(text, jsonb, jsonb) is
    'Writes the event that says who changed what of ChangeLog itself';
