-- changelog.sweep_users(holder, name, after, is_plan): compares the next users in a column with the users table, and
-- nulls the column where one is gone; with is_plan it only counts the rows. Continue after next_id until is_done.
-- Writes the tables of changelog.user_columns; its changes of flags and settings have the actor changelog. Notifies
-- nothing.
create or replace function changelog.sweep_users(
    holder oid,
    name text,
    after uuid,
    is_plan boolean,
    out next_id uuid,
    out is_done boolean,
    out dangling bigint,
    out cleared bigint,
    out failed bigint,
    out reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    cleaner constant jsonb := '{"actor_id": "changelog", "reason": "the linked record is gone"}';
    users_at_once constant integer := 1000;
    -- timeline entries are checked one by one, by their guard
    most constant integer := 2000;
    -- a plan counts all of them
    at_once constant integer := case when is_plan then 2147483647 else most end;
    is_log constant boolean := exists (
        select from changelog.user_columns() u where u.table_oid = holder and u.name = sweep_users.name and u.is_log);
    users uuid[];
    gone uuid[];
    did record;
begin
    next_id := after;
    is_done := true;
    dangling := 0;
    cleared := 0;
    failed := 0;
    begin
        users := case
            when is_log then changelog.find_logged_users(holder, after, users_at_once)
            else changelog.find_named_users(holder, name, after, users_at_once)
        end;
    exception when lock_not_available or insufficient_privilege then
        reason := changelog.user_problem(holder, sqlstate, sqlerrm);
        return;
    end;
    if coalesce(cardinality(users), 0) = 0 then
        return;
    end if;
    gone := changelog.gone_users(users);
    if gone is null then
        reason := 'cannot tell whether users are gone: changelog status says what to grant';
        return;
    end if;
    if cardinality(gone) > 0 then
        if is_log then
            select c.*
            into did
            from changelog.clear_logged_users(holder, gone, at_once, is_plan) c;
        else
            if not is_plan then
                perform changelog.set_context(cleaner);
            end if;
            select c.*
            into did
            from changelog.clear_named_users(holder, gone, at_once, is_plan) c;
            if not is_plan then
                -- a trigger of the application may have set another actor
                perform changelog.set_context(cleaner);
            end if;
        end if;
        dangling := did.cleared;
        cleared := case when is_plan then 0 else did.cleared end;
        reason := did.reason;
        if did.cleared = 0 and did.is_left then
            failed := 1;
        elsif did.cleared = most and not is_plan then
            -- there may be more of these
            is_done := false;
            return;
        end if;
    end if;
    next_id := users[cardinality(users)];
    is_done := cardinality(users) < users_at_once;
end
$function$;
comment on function changelog.sweep_users(oid, text, uuid, boolean) is
    'Nulls a column for the next of its users who are gone';
