-- What the handler index derives, partitioned like logs.change, with the same bounds; keys as in logs.change_details.
create table logs.change_links (
    position bigint not null,
    logged_at timestamptz not null,
    linked_table text collate "C" not null,
    linked_id text collate "C" not null,
    via text collate "C" not null,
    primary_id uuid,
    primary key (linked_table, linked_id, position, via, logged_at)
) partition by range (logged_at);
create index on logs.change_links (position, logged_at);
create index on logs.change_links ((linked_table::varchar(100)), primary_id, logged_at)
    where primary_id is not null;
create table logs.change_links_default partition of logs.change_links default;
comment on table logs.change_links is
    'One row for each record that a change points to, before and after it, written by the handler index';
comment on column logs.change_links.linked_table is
    'schema.table as it was named then; of an application''s own linked_table the text it holds';
comment on column logs.change_links.linked_id is 'The linked record''s key, as logs.index_key';
comment on column logs.change_links.via is 'The foreign key''s name, or linked_id';
comment on column logs.change_links.primary_id is
    'linked_id of the one link that platform.audit_logs shows: the row''s own, else its first foreign key to a uuid; '
    'null: not that one';
