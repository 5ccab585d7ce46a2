-- What is left of a log that enrich handled before it derived request_ids: one row until a worker has added them.
create table logs.request_backfill (
    singleton boolean primary key default true constraint "there is one backfill" check (singleton),
    below bigint not null
);
comment on table logs.request_backfill is
    'One row while changes that an earlier version has enriched lack their request_id in logs.change_details';
comment on column logs.request_backfill.below is 'Changes below this position may lack it';
