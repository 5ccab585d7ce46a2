-- How far each handler is: a pair of snapshots, with the open window between them.
create table changelog.cursor (
    handler text primary key,
    stream text not null
        constraint "a handler reads changes, events or both" check (stream in ('changes', 'events', 'both')),
    last pg_snapshot not null,
    top bigint not null default 0,
    cluster integer not null references changelog.cluster,
    since bigint not null default 0,
    current pg_snapshot,
    floor bigint,
    at bigint not null default 0,
    until bigint,
    logged_from timestamptz,
    recovering xid8,
    adopting boolean not null default false,
    handled bigint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    recovered_upto bigint not null default 0,
    constraint "an open window has a beginning and an end" check (
        current is null or (floor is not null and until is not null and logged_from is not null))
) with (fillfactor = 50);
comment on table changelog.cursor is 'How far each handler is, committed together with what it wrote';
comment on column changelog.cursor.last is 'All that is visible in it has been handled, of the positions up to top';
comment on column changelog.cursor.top is 'No position beyond it has been handled in a window that is closed';
comment on column changelog.cursor.cluster is 'The cluster whose transaction ids last and current speak of';
comment on column changelog.cursor.since is
    'Boundary of that cluster: all up to here has been handled, and no window looks there';
comment on column changelog.cursor.current is 'The end of the open window, as a snapshot; null: none is open';
comment on column changelog.cursor.floor is 'Position at which the open window begins';
comment on column changelog.cursor.at is 'Position up to which the open window is handled';
comment on column changelog.cursor.until is 'Position at which the open window ends';
comment on column changelog.cursor.logged_from is
    'Smallest logged_at in the open window, so that older partitions are left alone';
comment on column changelog.cursor.recovering is
    'The open window is this one transaction, whose row was written late (changelog.recovered)';
comment on column changelog.cursor.adopting is
    'The open window is what the cluster before has left unhandled (changelog.cluster)';
comment on column changelog.cursor.recovered_upto is
    'The number of the last recovered transaction that has been handled (changelog.recovered)';
