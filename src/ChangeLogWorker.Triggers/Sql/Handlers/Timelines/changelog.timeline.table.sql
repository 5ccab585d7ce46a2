-- The timelines' definitions, for SQL and for rebuilds.
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
    keys_made text[] not null default '{}',
    constraint "a table holds one timeline" unique (table_schema, table_name)
);
comment on table changelog.timeline is
    'The configured timelines; their tables are never logged, also after the setting is gone';
comment on column changelog.timeline.root_key is 'The column that is the root''s key';
comment on column changelog.timeline.service is 'First part of the event types; null: the changed table''s schema';
comment on column changelog.timeline.stage_type is 'As SQL writes the type';
comment on column changelog.timeline.children is
    'schema.table of those whose changes belong to it; null: all that reach the root by foreign keys';
comment on column changelog.timeline.events is
    'Domain events that belong to it: a LIKE pattern of their type, and the path to the root''s key in their payload';
comment on column changelog.timeline.graph is 'The state of the foreign keys when they were last followed';
comment on column changelog.timeline.skipped is 'Entries that were not written, for their root was gone';
comment on column changelog.timeline.keys_made is
    'Foreign keys of its table that ChangeLog made, and so drops where ForeignKeys is false';
