-- changelog.leave_event(event_type, by, facts): the event that an act on ChangeLog itself leaves: what the program says
-- of itself (by), which can replace neither the facts nor db_user, the session's user as the server knows it.
-- For functions that run with the owner's rights, and for the owner.
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
