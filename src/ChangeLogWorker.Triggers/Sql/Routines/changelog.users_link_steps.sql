-- changelog.users_link_steps(): what changelog.link_users() has to do next, as sentences and statements in their order: a key to
-- a table that is no longer the users' is dropped, one that lacks is made (is_made, unvalidated where there are rows), one
-- that stands unvalidated is validated. Writes nothing, notifies nothing.
create or replace function changelog.users_link_steps()
    returns table (place bigint, table_oid regclass, is_made boolean, sentence text, statement text)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select
        row_number() over (order by u.table_oid::text, u.number, s.is_made),
        u.table_oid,
        s.is_made,
        s.sentence,
        format('alter table %s ', u.table_oid) || s.action
    from changelog.platform_user u
    cross join (select changelog.users_table() as users) t
    left join lateral (
        select k.*
        from pg_constraint k
        where k.conrelid = u.table_oid
        and k.contype = 'f'
        and k.conkey = array[u.number]
        order by k.confrelid is distinct from t.users::oid, k.oid
        limit 1) c on true
    cross join lateral (
        values
            (c.oid is not null and c.confrelid is distinct from t.users::oid, false,
                format('%s no longer refers to %s', u.table_oid, c.confrelid::regclass),
                format('drop constraint %I', coalesce(c.conname, ''))),
            (t.users is not null and c.confrelid is distinct from t.users::oid, true,
                format('%s refers to %s', u.table_oid, t.users),
                format('add foreign key (%I) references %s (id) %s', u.name, t.users, u.on_delete)),
            (c.confrelid = t.users::oid and not c.convalidated, false,
                format('the reference of %s to %s is validated', u.table_oid, t.users),
                format('validate constraint %I', coalesce(c.conname, '')))
    ) s (is_due, is_made, sentence, action)
    where s.is_due
    order by 1
$function$;
comment on function changelog.users_link_steps() is 'What brings the foreign keys to the users in line with changelog.users_table()';
