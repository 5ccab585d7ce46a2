-- What the handler enrich derives, partitioned like logs.change, with the same bounds. Keys are compared as bytes
-- (collate "C"): nobody reads them in alphabetical order, and a language's order makes each index entry dearer. Keys
-- that are uuids have columns of their own: for a partial expression index the planner estimated half a percent of the
-- log per look-up.
create table logs.change_details (
    position bigint not null,
    logged_at timestamptz not null,
    table_oid oid not null,
    record_id text collate "C",
    action text not null,
    actor_id text collate "C",
    changed_columns text[],
    record_uuid uuid generated always as (logs.parse_uuid(record_id)) stored,
    actor_uuid uuid generated always as (logs.parse_uuid(actor_id)) stored,
    request_id text collate "C",
    installation bigint not null,
    primary key (position, logged_at)
) partition by range (logged_at);
create index on logs.change_details (table_oid, record_id, position);
create index on logs.change_details (actor_id, logged_at) where actor_id is not null;
create index on logs.change_details (logged_at);
create index on logs.change_details (record_uuid, position) where record_uuid is not null;
create index on logs.change_details (actor_uuid, logged_at) where actor_uuid is not null;
create index on logs.change_details (request_id, position) where request_id is not null;
create index on logs.change_details (table_oid, position) where action = 'delete';
create index on logs.change_details (logs.change_id(position, installation));
create table logs.change_details_default partition of logs.change_details default;
comment on table logs.change_details is
    'Exactly one row a change, written by the handler enrich: keys for the history of a record, for what a person '
    'did, for what a request did';
comment on column logs.change_details.action is 'create, update, delete, soft_delete, restore, truncate or snapshot';
comment on column logs.change_details.record_id is
    'As logs.index_key(record_id): a key too long for an index stands as its SHA-256';
comment on column logs.change_details.actor_id is 'As logs.index_key(actor_id)';
comment on column logs.change_details.record_uuid is 'record_id where that is a uuid';
comment on column logs.change_details.actor_uuid is 'actor_id where that is a uuid';
comment on column logs.change_details.request_id is
    'The request_id of the transaction''s context, as logs.index_key; null: none, or see logs.request_backfill';
comment on column logs.change_details.installation is
    'changelog.installation.number: with it an index can hold the change''s id';
