-- Why handlers make no progress, for status in another process.
create table changelog.handler_failure (
    handler text primary key references changelog.cursor on delete cascade,
    failing_since timestamptz not null,
    failed_at timestamptz not null,
    paused_since timestamptz,
    kind text,
    position bigint,
    error text not null,
    error_type text not null
);
comment on table changelog.handler_failure is
    'Why a handler makes no progress; holds only while the handler''s cursor was last moved before failed_at';
comment on column changelog.handler_failure.paused_since is
    'Since when it is tried again only now and then; null: still at short intervals';
comment on column changelog.handler_failure.position is
    'The first position of the page that failed; null: no page was had';
