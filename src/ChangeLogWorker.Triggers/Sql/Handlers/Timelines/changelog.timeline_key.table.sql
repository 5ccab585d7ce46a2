-- Former keys of rows on the way to the root, so that each change is attributed as it was at the time.
create table changelog.timeline_key (
    table_id bigint not null references changelog.timeline_table on delete cascade,
    record_id text collate "C" not null,
    position bigint not null,
    keys jsonb not null,
    primary key (table_id, record_id, position)
);
comment on table changelog.timeline_key is
    'The tracked columns of rows on the way to the root, from a position on; 0: before the first change that the '
    'handler saw';
comment on column changelog.timeline_key.record_id is 'As logs.index_key(record_id)';
