-- Domain events, and the one sequence that numbers transactions, changes and events. CACHE 1: a cached block would
-- give a record's later change the lower position.
create sequence lib_event.position as bigint cache 1;
comment on sequence lib_event.position is 'Drawn by every transaction, change and event as it is written; an order within a record, never a measure of completeness';

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
comment on table lib_event.event is 'Domain events, immutable; written by lib_event.create, read through lib_events.events';
comment on column lib_event.event.created_at is 'When the event became known: the start of its transaction';
comment on column lib_event.event.announced is 'Whether its writer has announced it; what is not, a worker announces (changelog.announcer)';
