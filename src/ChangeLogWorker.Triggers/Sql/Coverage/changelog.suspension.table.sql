-- Tables whose triggers were all disabled, as a restore does.
create table changelog.suspension (
    table_oid oid primary key,
    table_schema text not null,
    table_name text not null,
    db_user text,
    since timestamptz not null default clock_timestamp()
);
comment on table changelog.suspension is
    'Tables that are not captured because a superuser disabled all of their triggers, until these are enabled again';
comment on column changelog.suspension.db_user is 'Null: found by a reconcile, which does not know';
