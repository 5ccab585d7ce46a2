-- What capture writes, in the writer's transaction: the least that cannot be derived, one index each.
create table logs.transaction (
    position bigint not null,
    event__id uuid not null,
    xid xid8 not null,
    logged_at timestamptz not null,
    actor_id text,
    context jsonb not null,
    db_user text,
    db_role text,
    application_name text,
    client_addr inet,
    announced boolean not null default false,
    primary key (xid, logged_at)
) partition by range (logged_at);
create index on logs.transaction (event__id);
create table logs.transaction_default partition of logs.transaction default;
comment on table logs.transaction is 'One row a transaction with changes, written before its first change, and its context';
comment on column logs.transaction.logged_at is 'The transaction''s start, not its commit';
comment on column logs.transaction.db_user is 'Session user; the application cannot forge it. Null: the row was lost to a forged marker and written later by the sweep';
comment on column logs.transaction.db_role is 'Role set by SET ROLE, if any; the application cannot forge it';
comment on column logs.transaction.client_addr is 'The server''s view of the client; null on a local socket';
comment on column logs.transaction.announced is 'Whether its writer has announced it; what is not, a worker announces (changelog.announcer)';

create table logs.change (
    position bigint not null,
    xid xid8 not null,
    logged_at timestamptz not null,
    table_oid oid not null,
    op "char" not null,
    table_schema text not null,
    table_name text not null,
    record_id text,
    record_data jsonb,
    previous_data jsonb,
    primary key (position, logged_at) include (xid)
) partition by range (logged_at);
create table logs.change_default partition of logs.change default;
comment on table logs.change is 'One row a changed row; read it through logs.changes. A further index costs every writer 1 to 3 microseconds a row: a reader''s index belongs to a handler';
comment on column logs.change.position is 'From lib_event.position: each record''s changes in the order they were made';
comment on column logs.change.logged_at is 'The transaction''s start, as in logs.transaction; not the order of changes';
comment on column logs.change.table_oid is 'The table''s, of a partition the root''s';
comment on column logs.change.op is 'I insert, U update, D delete, T truncate, S snapshot';
comment on column logs.change.record_id is 'The record''s identity: id where id alone is unique, else the key (several columns as a JSON array), else null';
comment on column logs.change.record_data is 'The new row, of a delete the old one';
comment on column logs.change.previous_data is 'Of an update the old values of what changed: record_data || previous_data is the old row';
