-- lib_event.store(event_type, ...): stores one event and returns its id: lib_event.create, but for ChangeLog's own
-- types too. Only for the owner and the worker, since its caller can speak for ChangeLog. Refuses a null type (23502),
-- a blank one (23514), and an id sent twice or of a recorded transaction (23505); any other null means the default.
-- actor_id (unless the caller gives actor), ip_address, user_agent and request_id come into the headers from the
-- context if the caller gives none. Payload and headers are redacted before any of it can reach a row or an error; a
-- partition key that a rule names is hashed, whatever the rule's method: events that belonged together still do.
-- Writes lib_event.event. Notifies lib_event.created.
create or replace function lib_event.store(
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
declare
    new_id uuid := coalesce(store.event__id, gen_random_uuid());
    -- drawn before the position and before the doorbell is read: the sweep and a worker that falls asleep rely on it
    new_xid xid8 := pg_current_xact_id();
    rings boolean := lib_event.must_announce();
    inherited jsonb := changelog.context_headers();
begin
    if to_regclass('changelog.restoring') is not null and store.event_type is distinct from 'changelog.positions.raised'
    then
        perform changelog.raise_positions();
    end if;
    if store.event__id is not null and exists (select from logs.transaction t where t.event__id = new_id) then
        raise exception 'the id % is that of a recorded transaction, not of an event', new_id
            using errcode = 'unique_violation',
                hint = 'Leave it out, or give a random one.';
    end if;
    if store.headers ->> 'actor' <> '' then
        inherited := inherited - 'actor_id';
    end if;
    insert into lib_event.event (
        event__id, position, xid, event_type, occurred_at, source, partition_key, headers, payload, announced)
    values (
        new_id,
        nextval('lib_event.position'),
        new_xid,
        store.event_type,
        coalesce(store.occurred_at, now()),
        store.source,
        case
            when store.partition_key is null
                or changelog.redact_event(jsonb_build_object('partition_key', store.partition_key)) ->> 'partition_key'
                    is not distinct from store.partition_key then
                store.partition_key
            else logs.redact_value(to_jsonb(store.partition_key), 'hash') #>> '{}'
        end,
        inherited || changelog.redact_event(coalesce(store.headers, '{}')),
        changelog.redact_event(coalesce(store.payload, '{}')),
        rings);
    if rings then
        perform lib_event.announce(new_id);
    end if;
    return new_id;
end
$function$;
comment on function lib_event.store(text, jsonb, timestamptz, uuid, jsonb, text, uuid) is
    'Stores an event, also one of ChangeLog''s own types, announces it, returns its id';
