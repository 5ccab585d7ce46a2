-- The tables that belong to each timeline.
create table changelog.timeline_table (
    id bigint generated always as identity primary key,
    timeline text not null references changelog.timeline on delete cascade,
    table_oid oid not null,
    is_root boolean not null,
    belongs boolean not null,
    tracked text[] not null default '{}',
    unique (timeline, table_oid)
);
comment on table changelog.timeline_table is
    'The root and every table that reaches it; a table that was dropped stays, for a rebuild';
comment on column changelog.timeline_table.belongs is 'Whether its changes make entries; else it is only on the way';
comment on column changelog.timeline_table.tracked is 'The columns kept in changelog.timeline_key';
