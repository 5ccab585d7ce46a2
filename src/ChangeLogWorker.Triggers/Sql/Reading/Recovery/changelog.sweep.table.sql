-- How far the log has been swept for transactions without a row: one row.
create table changelog.sweep (
    singleton boolean primary key default true constraint "there is one sweep" check (singleton),
    finished bigint not null default 0,
    upto bigint,
    barrier xid8
);
comment on table changelog.sweep is
    'How far changes without a transaction have been looked for; upto becomes finished once no transaction older '
    'than barrier runs';

insert into changelog.sweep default values;
