-- Transactions whose row was lost to a forged marker and written afterwards; each handler handles each of them once, by
-- its number (changelog.cursor.recovered_upto).
create table changelog.recovered (
    xid xid8 not null,
    logged_at timestamptz not null,
    first_position bigint not null,
    last_position bigint not null,
    recovered_at timestamptz not null default now(),
    number bigint not null generated always as identity,
    primary key (xid, logged_at)
);
create unique index on changelog.recovered (number);
comment on table changelog.recovered is
    'Transactions with changes before their row, or without one (a forged marker): those changes';
comment on column changelog.recovered.last_position is 'The last of its changes before its row';
comment on column changelog.recovered.number is
    'In the order of their commits, for the sweep holds a lock from before it draws one until it has committed: who '
    'sees one sees all before it';
