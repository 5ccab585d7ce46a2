-- lib_event.create(event_type, ...): stores one domain event and returns its id. Refuses a null type (23502), a blank
-- one (23514), an id sent twice (23505) and ChangeLog's own types (42501): only ChangeLog may create events that begin
-- with changelog. Any other null means the default.
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function lib_event.create(
    event_type text,
    payload jsonb default '{}',
    occurred_at timestamptz default now(),
    source uuid default null,
    headers jsonb default '{}',
    partition_key text default null,
    event__id uuid default null)
    returns uuid
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if lib_event.is_reserved(event_type) then
        raise exception 'lib_event.create: only ChangeLog may create events of type %', event_type
            using errcode = 'insufficient_privilege',
                hint = 'Begin with the name of your service: <service>.<resourceType>.<verb_past_tense>.';
    end if;
    return lib_event.store(event_type, payload, occurred_at, source, headers, partition_key, event__id);
end
$function$;
comment on function lib_event.create(text, jsonb, timestamptz, uuid, jsonb, text, uuid) is
    'Stores a domain event <service>.<resourceType>.<verb_past_tense>, announces it, returns its id';
