-- The log as people read it: one row per change, with derived columns and its transaction's context.
create or replace view logs.changes as
select
    logs.change_id(c.position, i.number) as id,
    c.table_oid,
    c.table_schema,
    c.table_name,
    c.logged_at,
    logs.parse_timestamptz(c.record_data ->> 'created_at') as created_at,
    logs.parse_timestamptz(c.record_data ->> 'updated_at') as updated_at,
    logs.parse_timestamptz(c.record_data ->> 'deleted_at') as deleted_at,
    c.record_data ->> 'updated_by_user_id' as updated_by_user_id,
    t.context ->> 'device_id' as device_id,
    t.context ->> 'version' as version,
    c.record_data ->> 'id' as record_id,
    case c.op when 'U' then true when 'I' then false end as record_update,
    logs.parse_timestamptz(c.record_data ->> 'created_at') as record_created_at,
    logs.parse_timestamptz(c.record_data ->> 'updated_at') as record_updated_at,
    logs.parse_timestamptz(c.record_data ->> 'deleted_at') as record_deleted_at,
    logs.parse_bigint(c.record_data ->> 'updated_at_sync_tick') as record_sync_tick,
    c.record_data,
    c.position,
    c.xid,
    c.op::text as op,
    c.previous_data,
    c.record_id as record_key,
    t.actor_id,
    t.db_user,
    t.db_role,
    t.application_name,
    t.client_addr,
    t.context ->> 'request_id' as request_id,
    t.event__id
from logs.change c
cross join changelog.installation i
left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at;

comment on view logs.changes is
    'Every change to every row of the captured tables. Not recorded: reads, DDL, what session_replication_role = '
    'replica writes, and the time before the install';
comment on column logs.changes.id is
    'UUID (version 8) of the change: its position and the installation''s number, so ids are in the order of '
    'positions; logs.change_by_id(id) finds one by its position';
comment on column logs.changes.table_oid is
    'The table''s oid, of a partition its root''s: stays when the table is renamed';
comment on column logs.changes.table_schema is 'The table''s schema as it was named then, of a partition the root''s';
comment on column logs.changes.table_name is 'The table''s name as it was then, of a partition the root''s';
comment on column logs.changes.logged_at is
    'The start of the transaction that made the change, not its commit; the order of changes is position';
comment on column logs.changes.created_at is 'The row''s created_at, where it is ISO text; without a zone UTC';
comment on column logs.changes.updated_at is 'The row''s updated_at, where it is ISO text; without a zone UTC';
comment on column logs.changes.deleted_at is 'The row''s deleted_at, where it is ISO text; without a zone UTC';
comment on column logs.changes.updated_by_user_id is 'The row''s updated_by_user_id';
comment on column logs.changes.device_id is 'The device that the transaction''s context names';
comment on column logs.changes.version is 'The application''s version that the transaction''s context names';
comment on column logs.changes.record_id is
    'The row''s id column; the record''s identity, whatever its key, is record_key';
comment on column logs.changes.record_update is 'True for an UPDATE, false for an INSERT, null for anything else';
comment on column logs.changes.record_created_at is 'The same as created_at';
comment on column logs.changes.record_updated_at is 'The same as updated_at';
comment on column logs.changes.record_deleted_at is 'The same as deleted_at';
comment on column logs.changes.record_sync_tick is 'The row''s updated_at_sync_tick, where it is a whole number';
comment on column logs.changes.record_data is
    'The whole new row, of a DELETE the old one; of a truncated partition its name. An object with changelog:text, or '
    'changelog:length and changelog:sha256, stands for a value that jsonb cannot hold';
comment on column logs.changes.position is
    'From the one sequence lib_event.position: each record''s changes in the order they were made';
comment on column logs.changes.xid is 'The transaction''s id';
comment on column logs.changes.op is 'I insert, U update, D delete, T truncate, S snapshot';
comment on column logs.changes.previous_data is
    'Of an UPDATE the old values of the columns that changed (record_data || previous_data is the old row), else null';
comment on column logs.changes.record_key is
    'The record''s identity: id where id alone is unique, else the key (several columns as a JSON array), else null';
comment on column logs.changes.actor_id is 'Who did it, as the transaction''s context says';
comment on column logs.changes.db_user is 'The session''s user; the application cannot forge it';
comment on column logs.changes.db_role is 'The role set by SET ROLE, if any; the application cannot forge it';
comment on column logs.changes.application_name is 'The connection''s application_name';
comment on column logs.changes.client_addr is
    'The server''s view of the client; null on a local socket. The application cannot forge it';
comment on column logs.changes.request_id is 'The request that the transaction''s context names';
comment on column logs.changes.event__id is
    'The event that announced the transaction: select * from lib_events.events where event__id = ...';

-- logs.change_by_id(id): the change with that id, found by the position inside it. No set clause, so that it is
-- inlined. Writes nothing, notifies nothing.
create or replace function logs.change_by_id(id uuid)
    returns setof logs.changes
    language sql
    stable
as $function$
    select c.*
    from logs.changes c
    where c.position operator(pg_catalog.=) (
        'x'
        operator(pg_catalog.||) pg_catalog.substr(change_by_id.id::pg_catalog.text, 1, 8)
        operator(pg_catalog.||) pg_catalog.substr(change_by_id.id::pg_catalog.text, 10, 4)
        operator(pg_catalog.||) pg_catalog.substr(change_by_id.id::pg_catalog.text, 16, 3)
    )::bit(60)::pg_catalog.int8
    and c.id operator(pg_catalog.=) change_by_id.id
$function$;
comment on function logs.change_by_id(uuid) is 'The change with that id';
