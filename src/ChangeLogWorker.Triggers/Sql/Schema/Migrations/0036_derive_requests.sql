-- As in the files of these tables themselves. What is enriched already gets its installation at once: a default is
-- stored once for all rows that are there. The request_ids a worker adds afterwards, some at a time.
create table logs.request_backfill (
    singleton boolean primary key default true constraint "there is one backfill" check (singleton),
    below bigint not null
);
comment on table logs.request_backfill is
    'One row while changes that an earlier version has enriched lack their request_id in logs.change_details';
comment on column logs.request_backfill.below is 'Changes below this position may lack it';

insert into logs.request_backfill (below)
select max(d.position) + 1
from logs.change_details d
having max(d.position) is not null;

do $migration$
begin
    execute format(
        'alter table logs.change_details '
        'add column request_id text collate "C", '
        'add column installation bigint not null default %s',
        (select i.number from changelog.installation i));
end
$migration$;
alter table logs.change_details alter column installation drop default;
create index on logs.change_details (request_id, position) where request_id is not null;
create index on logs.change_details (table_oid, position) where action = 'delete';
create index on logs.change_details (logs.change_id(position, installation));
comment on table logs.change_details is
    'Exactly one row a change, written by the handler enrich: keys for the history of a record, for what a person '
    'did, for what a request did';
comment on column logs.change_details.request_id is
    'The request_id of the transaction''s context, as logs.index_key; null: none, or see logs.request_backfill';
comment on column logs.change_details.installation is
    'changelog.installation.number: with it an index can hold the change''s id';

create index on lib_event.event ((payload ->> 'request_id')) where event_type = 'changelog.audit.recorded';
