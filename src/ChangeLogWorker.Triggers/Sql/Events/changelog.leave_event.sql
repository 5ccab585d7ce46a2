-- changelog.leave_event(event_type, by, facts): leaves the audit event of an action on ChangeLog itself: what the
-- program says of itself (by), which can override neither the facts nor db_user, the session's user as the server knows
-- it. For the owner, and for functions that run with its rights.
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function changelog.leave_event(event_type text, by jsonb, facts jsonb default '{}')
    returns uuid
    language sql
    set search_path = pg_catalog, pg_temp
as $function$
    select lib_event.store(
        event_type,
        case when jsonb_typeof(by) = 'object' then by else '{}' end
            || facts || jsonb_build_object('db_user', session_user))
$function$;
comment on function changelog.leave_event(text, jsonb, jsonb) is
    'Leaves the event that says who changed what of ChangeLog itself';
