-- Heartbeats of running workers.
create table changelog.worker (
    id uuid primary key,
    host text not null,
    process_id integer not null,
    version text not null,
    db_user text not null default session_user,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
comment on table changelog.worker is
    'Workers, each of which says every few seconds that it runs; a row, for behind a transaction pooler no lock can '
    'say it';
