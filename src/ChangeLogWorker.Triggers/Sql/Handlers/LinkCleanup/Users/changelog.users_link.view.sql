-- The users table, whether the tables of platform have foreign keys to it, what differs from the settings or should be
-- known, and what to do.
create or replace view changelog.users_link as
select
    n.nspname || '.' || c.relname as users_table,
    k.linked,
    case
        when s.users_table is null
            then coalesce(changelog.users_hint(), 'no table says who a user is (ChangeLog:Platform:UsersTable)')
        when c.oid is null then format('%s is missing, or has no unique id of type uuid', s.users_table)
        when not has_schema_privilege(o.relowner, n.oid, 'usage')
            then format('grant usage on schema %I to %s', n.nspname, o.relowner::regrole)
        when not (has_column_privilege(o.relowner, c.oid, 'id', 'select')
                  and (not s.users_foreign_keys or has_column_privilege(o.relowner, c.oid, 'id', 'references')))
            then format(
                'grant select (id)%s on %s to %s',
                case when s.users_foreign_keys then ', references (id)' else '' end,
                c.oid::regclass,
                o.relowner::regrole)
        when s.users_foreign_keys and not k.linked then 'the next reconcile makes the foreign keys'
        when not s.users_foreign_keys and k.is_any then 'the next reconcile drops the foreign keys'
        when c.relrowsecurity
            and not (o.is_exempt or not c.relforcerowsecurity and pg_has_role(o.relowner, c.relowner, 'usage'))
            then format(
                'row level security may hide users, so user_id stays null: alter role %s bypassrls',
                o.relowner::regrole)
    end as reason
from changelog.capture_setting s
cross join (
    select a.relowner, r.rolsuper or r.rolbypassrls as is_exempt
    from pg_catalog.pg_class a
    join pg_catalog.pg_roles r on r.oid = a.relowner
    where a.oid = 'platform.activity_logs'::regclass) o
left join pg_catalog.pg_class c on c.oid = changelog.users_table()
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
    select
        bool_and(exists (
            select
            from pg_catalog.pg_constraint f
            where f.contype = 'f'
            and f.conrelid = u.table_oid
            and f.conkey = array[u.number]
            and f.confrelid = c.oid)) as linked,
        bool_or(exists (
            select
            from pg_catalog.pg_constraint f
            where f.contype = 'f'
            and f.conrelid = u.table_oid
            and f.conkey = array[u.number])) as is_any
    from changelog.platform_user u) k;
comment on view changelog.users_link is
    'One row: the users table, and whether the tables of platform have foreign keys to it';
