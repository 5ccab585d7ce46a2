-- changelog.gone_users(ids): which of these users no longer exist; null if that cannot be determined. If the configured
-- table was dropped (not renamed), as a reconcile has seen, all are gone. Without a configured table, or if its id is
-- no longer a unique uuid, nobody is. Security definer. Writes nothing, notifies nothing.
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
    'Which ids belong to no user any more; null: unknown';
