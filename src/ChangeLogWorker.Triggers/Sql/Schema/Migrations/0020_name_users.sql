-- A table of users is what a setting names, and nothing else: no table is adopted for its name. Foreign keys to it, and
-- from a timeline's table to its root, are made where a setting asks for them, and dropped by the reconcile where none
-- does.
alter table changelog.capture_setting
    add column users_foreign_keys boolean not null default false,
    add column users_oid oid;
comment on column changelog.capture_setting.users_table is
    'ChangeLog:Platform:UsersTable as schema.table; null: none, and user_id stays null (changelog.users_table)';
comment on column changelog.capture_setting.users_foreign_keys is
    'ChangeLog:Platform:ForeignKeys: whether the tables of platform refer to the users'' table by foreign keys';
comment on column changelog.capture_setting.users_oid is
    'The users'' table when a reconcile last saw it: renamed, its users are not gone; null: not seen, or dropped';

alter table changelog.timeline add column keys_made text[] not null default '{}';
comment on column changelog.timeline.keys_made is
    'Foreign keys of its table that ChangeLog made, and so drops where ForeignKeys is false';
-- An earlier version did not note which it made. A table that was made together with our triggers is ours, and then so
-- are its keys; a restore in one transaction makes everything together, the root too. Of any other table they may be
-- the application's.
update changelog.timeline t
set keys_made = array(
    select f.conname::text
    from pg_catalog.pg_constraint f
    join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attname = 'created_at'
    join pg_catalog.pg_trigger g on g.tgrelid = f.conrelid and g.tgname = 'refuse_truncate' and g.xmin = a.xmin
    join pg_catalog.pg_attribute c on c.attrelid = f.conrelid and array[c.attnum] = f.conkey
    where f.conrelid = to_regclass(pg_catalog.format('%I.%I', t.table_schema, t.table_name))
    and f.contype = 'f'
    and f.confdeltype = 'a'
    and c.attname in (t.root_column, t.actor_column)
    and not exists (
        select
        from pg_catalog.pg_attribute r
        where r.attrelid = to_regclass(pg_catalog.format('%I.%I', t.root_schema, t.root_table))
        and r.attname = t.root_key
        and r.xmin = a.xmin)
    order by f.conname)
where t.foreign_keys;

-- of whom a flag or setting bears is found by these when a user is gone; those of the logs' columns are the documents'
create index on platform.feature_flags (created_by) where created_by is not null;
create index on platform.feature_flags (updated_by) where updated_by is not null;
create index on platform.feature_flags (deleted_by) where deleted_by is not null;
create index on platform.global_settings (created_by) where created_by is not null;
create index on platform.global_settings (updated_by) where updated_by is not null;
create index on platform.global_settings (deleted_by) where deleted_by is not null;

-- The routine replaces this first, unconditional one.
create function logs.require_gone_user()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% of %.% is refused', tg_op, tg_table_schema, tg_table_name;
end
$function$;
create trigger require_gone_user after update on platform.activity_logs
    referencing old table as old_rows
    for each statement execute function logs.require_gone_user();
create trigger require_gone_user after update on platform.user_audit_logs
    referencing old table as old_rows
    for each statement execute function logs.require_gone_user();
