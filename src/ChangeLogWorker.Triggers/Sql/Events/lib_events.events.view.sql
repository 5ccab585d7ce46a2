-- Every id announced on lib_event.created can be selected here: domain events, and recorded transactions. Contexts and
-- ChangeLog's own events are visible only to those who may read logs.transaction.
create or replace view lib_events.events as
select
    e.event__id,
    case
        when e.event_type not like 'changelog.%'
            or (select has_table_privilege('logs.transaction'::regclass, 'select'))
        then e.headers else '{}' end
        || jsonb_build_object(
        'event_type', e.event_type,
        'event__id', e.event__id,
        'created_at', e.created_at,
        'occurred_at', e.occurred_at,
        'source', e.source,
        'partition_key', e.partition_key) as headers,
    case
        when e.event_type not like 'changelog.%'
            or (select has_table_privilege('logs.transaction'::regclass, 'select'))
        then e.payload else '{}' end as payload
from lib_event.event e
union all
select
    t.event__id,
    jsonb_build_object(
        'event_type', 'changelog.transaction.recorded',
        'event__id', t.event__id,
        'created_at', t.logged_at,
        'occurred_at', t.logged_at,
        'source', null,
        'partition_key', null,
        'actor_id', case when (select has_table_privilege('logs.transaction'::regclass, 'select')) then t.actor_id end),
    jsonb_build_object(
        'context', case when (select has_table_privilege('logs.transaction'::regclass, 'select')) then t.context end,
        'xid', t.xid::text,
        'position', t.position)
from logs.transaction t;
comment on view lib_events.events is 'One row an event: select * from lib_events.events where event__id = ...';
comment on column lib_events.events.headers is
    'The producer''s own headers, and event_type, event__id, created_at, occurred_at, source, partition_key, which '
    'win';
comment on column lib_events.events.payload is
    'The event''s content; of a recorded transaction its context (null for who may not read logs.transaction), xid and '
    'position, never row data';
