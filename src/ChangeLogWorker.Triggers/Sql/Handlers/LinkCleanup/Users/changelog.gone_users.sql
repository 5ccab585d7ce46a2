-- changelog.gone_users(ids): which of some ids are of no user any more; null where that cannot be told. All are gone
-- with the table that a setting names, once a reconcile has seen that it was dropped and not renamed. Where no table is
-- named, or its id is no unique uuid any more, nobody is gone. Rights of the owner. Writes nothing, notifies nothing.
create or replace function changelog.gone_users(ids uuid[])
    returns uuid[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    users oid := changelog.users_table();
begin
    if users is not null then
        return changelog.absent_users(users, ids);
    end if;
    return (
        select case
            when s.users_table is not null
                and s.users_oid is null
                and not exists (
                    select
                    from pg_class c
                    join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = split_part(s.users_table, '.', 1)
                    and c.relname = substr(s.users_table, strpos(s.users_table, '.') + 1))
                then array_remove(ids, null)
            else '{}'
        end
        from changelog.capture_setting s);
end
$function$;
comment on function changelog.gone_users(uuid[]) is
    'Which of some ids are of no user any more; null: that cannot be told';
