-- lib_events.create(event_type, ...): the public face of lib_event.create.
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function lib_events.create(
    event_type text,
    payload jsonb default '{}',
    occurred_at timestamptz default now(),
    source uuid default null,
    headers jsonb default '{}',
    partition_key text default null,
    event__id uuid default null)
    returns uuid
    language sql
    set search_path = pg_catalog, pg_temp
as $function$
    select lib_event.create(event_type, payload, occurred_at, source, headers, partition_key, event__id)
$function$;
comment on function lib_events.create(text, jsonb, timestamptz, uuid, jsonb, text, uuid) is
    'Stores a domain event, announces it, returns its id';
