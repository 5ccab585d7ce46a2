-- Whether the tables of platform refer to the users' table, and if not, or if users may be hidden, why and what to do.
create or replace view changelog.users_link as
select
    n.nspname || '.' || c.relname as users_table,
    k.linked,
    case
        when c.oid is null and s.users_table is null
            then 'there is neither auth.users nor public.users with a unique id of type uuid'
        when c.oid is null then format('%s is not there, or has no unique id of type uuid', s.users_table)
        when not (has_column_privilege(o.relowner, c.oid, 'id', 'select')
                  and has_column_privilege(o.relowner, c.oid, 'id', 'references'))
            then format('grant select, references on %s to %s', c.oid::regclass, o.relowner::regrole)
        when not k.linked then 'the next reconcile makes it'
        when c.relrowsecurity
            and not (o.is_exempt or not c.relforcerowsecurity and pg_has_role(o.relowner, c.relowner, 'usage'))
            then format('row level security may hide users, and user_id is null for those: alter role %s bypassrls', o.relowner::regrole)
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
    select bool_and(exists (
        select
        from pg_catalog.pg_constraint f
        where f.contype = 'f'
        and f.conrelid = u.table_oid
        and f.conkey = array[u.number]
        and f.confrelid = c.oid)) as linked
    from changelog.platform_user u) k;
comment on view changelog.users_link is 'One row: the table of users, and whether the tables of platform refer to it';
