-- What capture writes, in the writer's transaction: the least that cannot be derived, with one index.
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
comment on table logs.change is
    'One row a changed row; read it through logs.changes. A further index costs every writer 1 to 3 microseconds a '
    'row: a reader''s index belongs to a handler';
comment on column logs.change.position is 'From lib_event.position: each record''s changes in the order they were made';
comment on column logs.change.logged_at is 'The transaction''s start, as in logs.transaction; not the order of changes';
comment on column logs.change.table_oid is 'The table''s, of a partition the root''s';
comment on column logs.change.op is 'I insert, U update, D delete, T truncate, S snapshot';
comment on column logs.change.record_id is
    'The record''s identity: id where id alone is unique, else the key (several columns as a JSON array), else null';
comment on column logs.change.record_data is 'The new row, of a delete the old one';
comment on column logs.change.previous_data is
    'Of an update the old values of what changed: record_data || previous_data is the old row';

create trigger refuse_change before update or delete on logs.change
    for each row execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.change
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.change_default
    for each statement execute function logs.refuse_change();
