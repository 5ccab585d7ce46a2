-- The names of captured tables, so that a table's changes are found by the name it had then.
create table logs.change_table (
    table_oid oid not null,
    table_schema text not null,
    table_name text not null,
    resource varchar(100) not null generated always as (left(table_schema || '.' || table_name, 100)) stored,
    primary key (table_oid, table_schema, table_name)
);
create index on logs.change_table (resource);
comment on table logs.change_table is
    'Every name under which a table was logged, written by the handler enrich: finds a table''s changes by its name '
    'then';
