-- Domain events, and the entries that applications make in platform.audit_logs. Append-only.
create table lib_event.event (
    event__id uuid primary key,
    position bigint not null,
    xid xid8 not null,
    event_type text not null constraint "an event type is not blank" check (event_type ~ '[^[:space:]]'),
    occurred_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    source uuid,
    partition_key text,
    headers jsonb not null default '{}' constraint "headers are a JSON object" check (jsonb_typeof(headers) = 'object'),
    payload jsonb not null default '{}',
    announced boolean not null default false
);
create unique index on lib_event.event (position) include (xid);
create index on lib_event.event (xid, position);
-- an application's own entries: few among the events, and only they are in these; collations as the view's columns
-- have them
create index on lib_event.event (
    ((payload ->> 'resource')::varchar(100)), (logs.parse_uuid(payload ->> 'resource_id')))
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event ((logs.parse_uuid(payload ->> 'performed_by')), occurred_at)
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event (occurred_at)
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event (
    ((payload ->> 'linked_table')::varchar(100)) collate "C", (logs.parse_uuid(payload ->> 'linked_id')))
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event ((payload ->> 'request_id')) where event_type = 'changelog.audit.recorded';
comment on table lib_event.event is
    'Domain events, immutable; written by lib_event.create, read through lib_events.events';
comment on column lib_event.event.created_at is 'When the event became known: the start of its transaction';
comment on column lib_event.event.announced is
    'Whether its writer has announced it; what is not, a worker announces (changelog.announcer)';

create trigger refuse_change before update or delete on lib_event.event
    for each row execute function logs.refuse_change();
create trigger refuse_truncate before truncate on lib_event.event
    for each statement execute function logs.refuse_change();
