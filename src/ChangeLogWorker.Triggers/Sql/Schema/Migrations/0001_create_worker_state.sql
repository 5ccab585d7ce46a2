-- The four schemas and the worker's own state. A schema is ours when its comment begins with 'ChangeLog:'.
create schema logs;
create schema lib_event;
create schema lib_events;
create schema changelog;
comment on schema logs is 'ChangeLog: what was changed, as captured, and what handlers derive from it';
comment on schema lib_event is 'ChangeLog: stored domain events and the position sequence';
comment on schema lib_events is 'ChangeLog: the public face of lib_event';
comment on schema changelog is 'ChangeLog: the worker''s own state';

create table changelog.script (
    name text primary key,
    hash text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user
);
comment on table changelog.script is 'Journal of the scripts that made this schema: migrations once, routines and views by the hash of their text';

create table changelog.installation (
    singleton boolean primary key default true constraint "there is one installation" check (singleton),
    number bigint not null,
    installed_at timestamptz not null default now(),
    reconciled_at timestamptz,
    uninstalled_at timestamptz
);
comment on table changelog.installation is 'One row: this installation';
comment on column changelog.installation.number is '62 random bits; the second half of every id in logs.changes';
comment on column changelog.installation.reconciled_at is 'When every trigger was last seen to be as it should';

-- sha256, not md5, which a server in FIPS mode refuses
insert into changelog.installation (number)
select ('x' || encode(substr(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
     & 4611686018427387903;

create table changelog.exclusion (
    pattern text primary key,
    schema_like text not null,
    table_like text not null
);
comment on table changelog.exclusion is 'NON_LOGGED_TABLES in force, for the reconcile and for the DDL event trigger; *_like are LIKE patterns, escaped by a backslash';

create table changelog.capture_setting (
    singleton boolean primary key default true constraint "there is one row of settings" check (singleton),
    schemas text[],
    log_no_op_updates boolean not null default false,
    fire_always boolean not null default false
);
comment on table changelog.capture_setting is 'What decides how triggers are made, beside the exclusions; schemas null means all';
insert into changelog.capture_setting default values;

create table changelog.coverage (
    id bigint generated always as identity primary key,
    table_oid oid not null,
    table_schema text not null,
    table_name text not null,
    captured boolean not null,
    reason text,
    valid_from timestamptz not null,
    valid_until timestamptz,
    constraint "what is not captured has a reason" check (captured or reason is not null)
);
create index on changelog.coverage (table_oid, valid_from);
create unique index on changelog.coverage (table_oid) where valid_until is null;
comment on table changelog.coverage is 'From when to when each table was captured, or why it was not; valid_until null means still';

create table changelog.cluster (
    number integer generated always as identity primary key,
    system_identifier bigint not null,
    boundary bigint not null,
    boundary_snapshot pg_snapshot not null,
    adopted_at timestamptz not null default now()
);
comment on table changelog.cluster is 'The clusters this log has lived in, the last row the one it lives in: a logical restore begins transaction ids anew';
comment on column changelog.cluster.boundary is 'Highest position written before this cluster was adopted';
comment on column changelog.cluster.boundary_snapshot is 'Taken when no capture was in flight: whatever it does not show lies beyond the boundary';
insert into changelog.cluster (system_identifier, boundary, boundary_snapshot)
select s.system_identifier, 0, '1:1:'
from pg_control_system() s;

create table changelog.cursor (
    handler text primary key,
    stream text not null constraint "a handler reads changes, events or both" check (stream in ('changes', 'events', 'both')),
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
    constraint "an open window has a beginning and an end" check (
        current is null or (floor is not null and until is not null and logged_from is not null))
) with (fillfactor = 50);
comment on table changelog.cursor is 'How far each handler is, committed together with what it wrote';
comment on column changelog.cursor.last is 'All that is visible in it has been handled, of the positions up to top';
comment on column changelog.cursor.top is 'No position beyond it has been handled in a window that is closed';
comment on column changelog.cursor.cluster is 'The cluster whose transaction ids last and current speak of';
comment on column changelog.cursor.since is 'Boundary of that cluster: all up to here has been handled, and no window looks there';
comment on column changelog.cursor.current is 'The end of the window in hand, as a snapshot; null: none is open';
comment on column changelog.cursor.floor is 'Position at which the window in hand begins';
comment on column changelog.cursor.at is 'Position up to which the window in hand is handled';
comment on column changelog.cursor.until is 'Position at which the window in hand ends';
comment on column changelog.cursor.logged_from is 'Smallest logged_at in the window in hand, so that older partitions are left alone';
comment on column changelog.cursor.recovering is 'The window in hand is this one transaction, whose row was written late (changelog.recovered)';
comment on column changelog.cursor.adopting is 'The window in hand is what the cluster before has left unhandled (changelog.cluster)';
