-- What the log can answer for: from when to when each table was captured.
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
comment on table changelog.coverage is
    'From when to when each table was captured, or why it was not; valid_until null means still';
