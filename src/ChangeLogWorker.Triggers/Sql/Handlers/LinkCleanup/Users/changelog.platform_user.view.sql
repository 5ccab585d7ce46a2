-- The columns of platform's tables that refer to the users table, and what happens to them when a user is deleted, as
-- specified.
create or replace view changelog.platform_user as
select a.attrelid::regclass as table_oid, a.attnum as number, a.attname as name, u.on_delete
from (
    values
        ('platform.activity_logs'::regclass, array['user_id'], 'on delete set null'),
        ('platform.user_audit_logs'::regclass, array['user_id'], 'on delete set null'),
        ('platform.feature_flags'::regclass, array['created_by', 'updated_by', 'deleted_by'], ''),
        ('platform.global_settings'::regclass, array['created_by', 'updated_by', 'deleted_by'], '')
    ) u (table_oid, names, on_delete)
join pg_catalog.pg_attribute a on a.attrelid = u.table_oid and a.attname = any (u.names);
comment on view changelog.platform_user is 'The columns of the tables of platform that refer to the users table';
