-- changelog.find_logged_users(holder, after, most): the next distinct users in activity_logs or user_audit_logs, in
-- order, by an index skip scan. after null: from the first. Security definer. Writes nothing, notifies nothing.
create or replace function changelog.find_logged_users(holder oid, after uuid, most integer)
    returns uuid[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    users uuid[];
begin
    if exists (select from changelog.user_columns() u where u.table_oid = holder and u.is_log) then
        execute changelog.distinct_users(holder, 'user_id', after is not null) into users using after, most;
    end if;
    return users;
end
$function$;
comment on function changelog.find_logged_users(oid, uuid, integer) is
    'The users that activity_logs or user_audit_logs hold, in order';
