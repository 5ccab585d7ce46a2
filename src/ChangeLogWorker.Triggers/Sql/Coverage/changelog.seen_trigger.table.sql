-- Where DDL is not followed: the transaction that had last altered each capture trigger when it was last found correct.
create table changelog.seen_trigger (
    trigger_oid oid primary key,
    set_by bigint not null,
    place text not null
);
comment on table changelog.seen_trigger is
    'Capture''s triggers as they were last seen right, where no event trigger follows what is done to them';
comment on column changelog.seen_trigger.set_by is 'pg_trigger.xmin: another one, and it was altered since';
comment on column changelog.seen_trigger.place is 'Cluster and database, for oids of another mean other triggers';
