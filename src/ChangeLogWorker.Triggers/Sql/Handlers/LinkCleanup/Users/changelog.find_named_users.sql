-- changelog.find_named_users(holder, name, after, most): the same for a column of feature_flags, global_settings or a
-- timeline, on which nobody else's code runs (changelog.runs_trusted_code). Security definer.
-- Writes nothing, notifies nothing.
create or replace function changelog.find_named_users(holder oid, name text, after uuid, most integer)
    returns uuid[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    set row_security = off
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    users uuid[];
begin
    if changelog.runs_trusted_code(holder) and exists (
        select
        from changelog.user_columns() u
        where u.table_oid = holder
        and u.name = find_named_users.name
        and not u.is_log)
    then
        execute changelog.distinct_users(holder, name, after is not null) into users using after, most;
    end if;
    return users;
end
$function$;
comment on function changelog.find_named_users(oid, text, uuid, integer) is 'The users that a column holds, in order';
