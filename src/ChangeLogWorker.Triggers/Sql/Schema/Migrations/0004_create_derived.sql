-- What the built-in handlers derive. Partitioned like logs.change, with the same bounds. Keys are compared as bytes
-- (collate "C"): nobody reads them in alphabetical order, and a language's order makes each index entry dearer.
create table logs.change_details (
    position bigint not null,
    logged_at timestamptz not null,
    table_oid oid not null,
    record_id text collate "C",
    action text not null,
    actor_id text collate "C",
    changed_columns text[],
    primary key (position, logged_at)
) partition by range (logged_at);
create index on logs.change_details (table_oid, record_id, position);
create index on logs.change_details (actor_id, logged_at) where actor_id is not null;
create table logs.change_details_default partition of logs.change_details default;
comment on table logs.change_details is 'Exactly one row a change, written by the handler enrich: keys for the history of a record and for what a person did';
comment on column logs.change_details.action is 'create, update, delete, soft_delete, restore, truncate or snapshot';
comment on column logs.change_details.record_id is 'As logs.index_key(record_id): a key too long for an index stands as its SHA-256';
comment on column logs.change_details.actor_id is 'As logs.index_key(actor_id)';

create table logs.change_links (
    position bigint not null,
    logged_at timestamptz not null,
    linked_table text collate "C" not null,
    linked_id text collate "C" not null,
    via text collate "C" not null,
    primary key (linked_table, linked_id, position, via, logged_at)
) partition by range (logged_at);
create table logs.change_links_default partition of logs.change_links default;
comment on table logs.change_links is 'One row for each record that a change points to, before and after it, written by the handler index';
comment on column logs.change_links.linked_table is 'schema.table as it was named then; of an application''s own linked_table the text it holds';
comment on column logs.change_links.linked_id is 'The linked record''s key, as logs.index_key';
comment on column logs.change_links.via is 'The foreign key''s name, or linked_id';

-- Transactions whose row was lost to a forged marker and written afterwards; each handler is handed each of them once.
create table changelog.recovered (
    xid xid8 not null,
    logged_at timestamptz not null,
    first_position bigint not null,
    last_position bigint not null,
    recovered_at timestamptz not null default now(),
    primary key (xid, logged_at)
);
create table changelog.recovered_handled (
    handler text not null references changelog.cursor on delete cascade,
    xid xid8 not null,
    logged_at timestamptz not null,
    primary key (handler, xid, logged_at)
);
create table changelog.sweep (
    singleton boolean primary key default true constraint "there is one sweep" check (singleton),
    finished bigint not null default 0,
    upto bigint,
    barrier xid8
);
insert into changelog.sweep default values;
comment on column changelog.recovered.last_position is 'The last of its changes before its row';
comment on table changelog.recovered is 'Transactions with changes before their row, or without one (a forged marker): those changes';
comment on table changelog.recovered_handled is 'Which handler has handled which recovered transaction';
comment on table changelog.sweep is 'How far changes without a transaction have been looked for; upto becomes finished once no transaction older than barrier runs';
