-- Changes and events that handlers gave up on, kept for a retry.
create table changelog.dead_letter (
    id bigint generated always as identity primary key,
    handler text not null,
    kind text not null constraint "a dead letter is a change or an event" check (kind in ('change', 'event')),
    position bigint not null,
    logged_at timestamptz not null,
    table_schema text,
    table_name text,
    op "char",
    record_id text,
    event__id uuid,
    event_type text,
    error text not null,
    sqlstate text,
    error_type text not null,
    attempts integer not null,
    first_failed_at timestamptz not null,
    last_failed_at timestamptz not null,
    retry_requested_at timestamptz,
    resolved_at timestamptz,
    resolution text constraint "a dead letter is retried or discarded" check (resolution in ('retried', 'discarded')),
    resolved_by text,
    reason text,
    constraint "what is resolved says how and by whom" check (
        (resolved_at is null) = (resolution is null) and (resolved_at is null) = (resolved_by is null)),
    constraint "what is discarded has a reason" check (resolution <> 'discarded' or reason ~ '[^[:space:]]')
);
create unique index on changelog.dead_letter (handler, kind, position) where resolved_at is null;
create index on changelog.dead_letter (handler) where retry_requested_at is not null and resolved_at is null;
comment on table changelog.dead_letter is
    'One row for each change or event that a handler gave up on; open while resolved_at is null. Holds no row data';
comment on column changelog.dead_letter.logged_at is 'With position the key of the change; of an event its created_at';
comment on column changelog.dead_letter.error is
    'The error''s message without the values that it quotes, never its detail';
comment on column changelog.dead_letter.sqlstate is 'Null where the error is none of PostgreSQL''s';
comment on column changelog.dead_letter.error_type is 'The SQLSTATE, or the exception''s type';
comment on column changelog.dead_letter.attempts is 'How often it was tried alone, retries included';
comment on column changelog.dead_letter.retry_requested_at is
    'A program without the handler asks a worker that has it to try again';
comment on column changelog.dead_letter.resolved_by is 'The database''s session user';
