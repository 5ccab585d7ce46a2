-- lib_event.actor_of(headers): an event's actor: actor_id, otherwise actor. Inlined. Writes nothing, notifies nothing.
create or replace function lib_event.actor_of(headers jsonb)
    returns text
    language sql
    immutable
    parallel safe
as $function$
    select coalesce(
        nullif(headers operator(pg_catalog.->>) 'actor_id', ''), nullif(headers operator(pg_catalog.->>) 'actor', ''))
$function$;
comment on function lib_event.actor_of(jsonb) is 'Who an event says did it';
