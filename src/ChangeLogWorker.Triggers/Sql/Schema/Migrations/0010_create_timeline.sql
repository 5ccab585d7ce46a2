-- Timelines: what each of them is, so that SQL and a rebuild see it; which tables belong to it and how a row of them leads
-- to its root; and the keys that rows on the way had, so that a row leads where it led at the time.
create table changelog.timeline (
    name text primary key,
    root_schema text not null,
    root_table text not null,
    root_key text not null,
    table_schema text not null,
    table_name text not null,
    root_column text not null,
    actor_column text not null,
    service text,
    stage_column text,
    stage_type text not null,
    children text[],
    events jsonb not null default '[]',
    foreign_keys boolean not null,
    graph text,
    skipped bigint not null default 0,
    prepared_at timestamptz not null default now(),
    constraint "a table holds one timeline" unique (table_schema, table_name)
);
comment on table changelog.timeline is 'The configured timelines; their tables are never logged, also after the setting is gone';
comment on column changelog.timeline.root_key is 'The column that is the root''s key';
comment on column changelog.timeline.service is 'First part of the event types; null: the changed table''s schema';
comment on column changelog.timeline.stage_type is 'As SQL writes the type';
comment on column changelog.timeline.children is 'schema.table of those whose changes belong to it; null: all that reach the root by foreign keys';
comment on column changelog.timeline.events is 'Domain events that belong to it: a LIKE pattern of their type, and the path to the root''s key in their payload';
comment on column changelog.timeline.graph is 'The state of the foreign keys when they were last followed';
comment on column changelog.timeline.skipped is 'Entries that were not written, for their root was gone';

create table changelog.timeline_table (
    id bigint generated always as identity primary key,
    timeline text not null references changelog.timeline on delete cascade,
    table_oid oid not null,
    is_root boolean not null,
    belongs boolean not null,
    tracked text[] not null default '{}',
    unique (timeline, table_oid)
);
comment on table changelog.timeline_table is 'The root and every table that reaches it; a table that was dropped stays, for a rebuild';
comment on column changelog.timeline_table.belongs is 'Whether its changes make entries; else it is only on the way';
comment on column changelog.timeline_table.tracked is 'The columns kept in changelog.timeline_key';

create table changelog.timeline_edge (
    child bigint references changelog.timeline_table on delete cascade,
    parent bigint references changelog.timeline_table on delete cascade,
    columns text[],
    primary key (child, parent, columns)
);
comment on table changelog.timeline_edge is 'A foreign key on the way to the root; one that was dropped stays, for a rebuild';
comment on column changelog.timeline_edge.columns is 'The child''s, in the order of the parent''s key';

create table changelog.timeline_key (
    table_id bigint not null references changelog.timeline_table on delete cascade,
    record_id text collate "C" not null,
    position bigint not null,
    keys jsonb not null,
    primary key (table_id, record_id, position)
);
comment on table changelog.timeline_key is 'The tracked columns of rows on the way to the root, from a position on; 0: before the first change that the handler saw';
comment on column changelog.timeline_key.record_id is 'As logs.index_key(record_id)';
