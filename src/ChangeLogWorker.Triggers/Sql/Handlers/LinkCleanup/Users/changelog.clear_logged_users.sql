-- changelog.clear_logged_users(holder, ids, most, is_plan): nulls user_id of activity_logs or user_audit_logs where the
-- user is gone; these tables' guard checks that again. At most that many rows; with is_plan it only counts them.
-- is_left: there are more. Security definer, since nobody else may update these tables.
-- Writes platform.activity_logs, platform.user_audit_logs. Notifies nothing.
create or replace function changelog.clear_logged_users(
    holder oid, ids uuid[], most integer, is_plan boolean, out cleared bigint, out is_left boolean, out reason text)
    language plpgsql
    volatile
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    gone uuid[] := changelog.gone_users(ids);
begin
    cleared := 0;
    is_left := false;
    if coalesce(cardinality(gone), 0) = 0
        or not exists (select from changelog.user_columns() u where u.table_oid = holder and u.is_log)
    then
        return;
    end if;
    execute format(
        case
            when is_plan then 'select count(*) from (select from %s r where r.user_id = any ($1) limit $2) found'
            else
                $clear$
                with picked as (
                    select r.id from %1$s r where r.user_id = any ($1) limit $2 for update skip locked
                ), cleared as (
                    update %1$s r set user_id = null from picked p where r.id = p.id returning 1
                )
                select count(*) from cleared
                $clear$
        end,
        holder::regclass)
    into cleared
    using gone, most;
    if not is_plan then
        execute format('select exists (select from %s r where r.user_id = any ($1))', holder::regclass)
        into is_left
        using gone;
    end if;
end
$function$;
comment on function changelog.clear_logged_users(oid, uuid[], integer, boolean) is
    'Nulls user_id of activity_logs or user_audit_logs if the user is gone';
