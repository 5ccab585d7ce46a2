-- changelog.users_hint(): likely users tables, if none is configured; null if there are none. They are only listed,
-- never read. Writes nothing, notifies nothing.
create or replace function changelog.users_hint()
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select format(
        'No table says who a user is, so user_id of the tables of platform stays null. If %s does, name it: '
        'ChangeLog:Platform:UsersTable=%s',
        string_agg(w.name, ' or ' order by w.place),
        (array_agg(w.name order by w.place))[1])
    from (values ('public.users', 1), ('auth.users', 2)) w (name, place)
    join pg_namespace n on n.nspname = split_part(w.name, '.', 1)
    join pg_class c on c.relnamespace = n.oid and c.relname = split_part(w.name, '.', 2)
    where c.relkind in ('r', 'p')
    and changelog.has_user_ids(c.oid)
    and exists (select from changelog.capture_setting s where s.users_table is null)
    having count(*) > 0
$function$;
comment on function changelog.users_hint() is 'Likely users tables, if no setting names one';
