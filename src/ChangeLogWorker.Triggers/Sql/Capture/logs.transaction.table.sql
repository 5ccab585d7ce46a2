-- What capture writes, in the writer's transaction, before its first change: who, from where, with which context.
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
comment on table logs.transaction is
    'One row a transaction with changes, written before its first change, and its context';
comment on column logs.transaction.logged_at is 'The transaction''s start, not its commit';
comment on column logs.transaction.db_user is
    'Session user; the application cannot forge it. Null: the row was lost, and written later by the sweep';
comment on column logs.transaction.db_role is 'Role set by SET ROLE, if any; the application cannot forge it';
comment on column logs.transaction.client_addr is 'The server''s view of the client; null on a local socket';
comment on column logs.transaction.announced is
    'Whether its writer has announced it; what is not, a worker announces (changelog.announcer)';

create trigger refuse_change before update or delete on logs.transaction
    for each row execute function logs.refuse_change('own context');
create trigger refuse_truncate before truncate on logs.transaction
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.transaction_default
    for each statement execute function logs.refuse_change();

-- enabled always, since capture may be (Capture:FireAlways); the partition first: versions differ in whether the
-- parent's setting cascades
create trigger mark_transaction after insert on logs.transaction
    for each row execute function logs.mark_transaction();
alter table logs.transaction_default enable always trigger mark_transaction;
alter table logs.transaction enable always trigger mark_transaction;
