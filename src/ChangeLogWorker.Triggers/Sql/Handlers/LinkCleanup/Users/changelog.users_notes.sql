-- changelog.users_notes(): what a person should know about the users table: that none is configured though there are
-- likely ones (is_hint), the cost of foreign keys, and which keys of a timeline its owner has to drop. Likely ones are
-- only listed, never read. Writes nothing, notifies nothing.
create or replace function changelog.users_notes()
    returns table (is_hint boolean, sentence text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select true, changelog.users_hint()
    where changelog.users_hint() is not null
    union all
    select false, format('Users cannot be looked up, and user_id stays null, until this is run: %s', l.reason)
    from changelog.users_link l
    where l.reason like 'grant %'
    union all
    select false, format('In %s %s', l.users_table, l.reason)
    from changelog.users_link l
    where l.reason like 'row level %'
    union all
    select
        false,
        format(
            'While the tables of platform refer to %1$s by foreign keys (ChangeLog:Platform:ForeignKeys), '
            'TRUNCATE of it fails, with CASCADE too; so do DROP TABLE, dropping its key and another type of its id; '
            'and each delete there is checked, and fails if a flag or a setting names the user.',
            changelog.users_table())
    from changelog.capture_setting s
    where s.users_foreign_keys
    and changelog.users_table() is not null
    and exists (
        select
        from changelog.platform_user u
        join pg_constraint k on k.conrelid = u.table_oid and k.contype = 'f'
        where k.confrelid = changelog.users_table()::oid)
    union all
    select
        false,
        format(
            'The tables of platform get no foreign keys to %s (ChangeLog:Platform:ForeignKeys): '
            'code of its owner %s would run in sessions of %I. user_id is kept up to date without them.',
            c.oid::regclass, c.relowner::regrole, o.relowner::regrole)
    from changelog.capture_setting s
    join pg_class c on c.oid = changelog.users_table()
    join pg_class o on o.oid = 'changelog.capture_setting'::regclass
    join pg_roles r on r.oid = o.relowner
    where s.users_foreign_keys
    and r.rolsuper
    and not changelog.is_trusted(c.oid)
    union all
    select
        false,
        format(
            'The timeline %s should have no foreign key %I. Let the owner of its table run: '
            'alter table %s drop constraint %2$I',
            k.timeline, k.name, k.table_oid)
    from changelog.unwanted_timeline_keys() k
    where not k.may_drop
$function$;
comment on function changelog.users_notes() is 'What a person should know about the users table';
