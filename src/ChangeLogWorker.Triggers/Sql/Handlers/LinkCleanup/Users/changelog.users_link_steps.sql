-- changelog.users_link_steps(): the next steps of changelog.link_users(), as sentences and statements, in order: drop a
-- key that no setting asks for (an earlier version's too), create a missing one (is_made; not valid if there are rows),
-- and finally validate. A superuser gets no steps for a table whose owner is not trusted: creating and checking the key
-- would run that owner's code. Writes nothing, notifies nothing.
create or replace function changelog.users_link_steps()
    returns table (place bigint, table_oid regclass, is_made boolean, sentence text, statement text)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    with wanted as materialized (
        select case
            when s.users_foreign_keys and changelog.reads_as_itself(changelog.users_table())
                then changelog.users_table()
        end as users
        from changelog.capture_setting s
    ), step (table_oid, number, rank, sentence, action) as (
        select
            k.conrelid::regclass, u.number, 1,
            format('%s no longer refers to %s', k.conrelid::regclass, k.confrelid::regclass),
            format('drop constraint %I', k.conname)
        from changelog.platform_user u
        cross join wanted w
        join pg_constraint k on k.conrelid = u.table_oid and k.contype = 'f' and k.conkey = array[u.number]
        where k.confrelid is distinct from w.users::oid
        union all
        select
            u.table_oid, u.number, 2,
            format('%s refers to %s', u.table_oid, w.users),
            format('add foreign key (%I) references %s (id) %s', u.name, w.users, u.on_delete)
        from changelog.platform_user u
        cross join wanted w
        where w.users is not null
        and not exists (
            select
            from pg_constraint k
            where k.conrelid = u.table_oid
            and k.contype = 'f'
            and k.conkey = array[u.number]
            and k.confrelid = w.users::oid)
        union all
        select
            k.conrelid::regclass, u.number, 3,
            format('the reference of %s to %s is validated', k.conrelid::regclass, w.users),
            format('validate constraint %I', k.conname)
        from changelog.platform_user u
        cross join wanted w
        join pg_constraint k on k.conrelid = u.table_oid and k.contype = 'f' and k.conkey = array[u.number]
        where k.confrelid = w.users::oid
        and not k.convalidated
    )
    select
        row_number() over (order by s.rank = 3, s.table_oid::text, s.rank, s.number),
        s.table_oid,
        s.rank = 2,
        s.sentence,
        format('alter table %s %s', s.table_oid, s.action)
    from step s
    order by 1
$function$;
comment on function changelog.users_link_steps() is
    'The steps that reconcile the foreign keys to the users table with the settings';
