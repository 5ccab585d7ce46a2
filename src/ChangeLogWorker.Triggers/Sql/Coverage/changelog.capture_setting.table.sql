-- Settings that the reconcile and the DDL event trigger follow: one row.
create table changelog.capture_setting (
    singleton boolean primary key default true constraint "there is one row of settings" check (singleton),
    schemas text[],
    log_no_op_updates boolean not null default false,
    fire_always boolean not null default false,
    users_table text,
    users_foreign_keys boolean not null default false,
    users_oid oid
);
comment on table changelog.capture_setting is
    'What decides how triggers are made, beside the exclusions; schemas null means all';
comment on column changelog.capture_setting.users_table is
    'ChangeLog:Platform:UsersTable as schema.table; null: none, and user_id stays null (changelog.users_table)';
comment on column changelog.capture_setting.users_foreign_keys is
    'ChangeLog:Platform:ForeignKeys: whether the tables of platform refer to the users'' table by foreign keys';
comment on column changelog.capture_setting.users_oid is
    'The users'' table when a reconcile last saw it: renamed, its users are not gone; null: not seen, or dropped';

insert into changelog.capture_setting default values;
