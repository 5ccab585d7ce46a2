-- changelog.clean_users(positions, logged_from, logged_until): the handler link_cleanup: nulls columns that refer to
-- users whom a page's changes delete or give another id, if they are still gone. What is too much for one transaction,
-- is locked, or cannot be derived from the changes (a TRUNCATE) is left to the sweep, which it requests.
-- Writes what changelog.sweep_users does, and changelog.link_sweep.
create or replace function changelog.clean_users(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = auto
as $function$
declare
    most constant integer := 2000;
    cleaner constant jsonb := '{"actor_id": "changelog", "reason": "the linked record is gone"}';
    users constant oid := changelog.users_table();
    ids uuid[];
    is_vague boolean;
    holder record;
    did record;
begin
    if users is null then
        return;
    end if;
    -- planning costs a small page more than everything else; the plan of a large one must know its size
    perform set_config(
        'plan_cache_mode',
        case when cardinality(positions) <= 100 then 'force_generic_plan' else 'force_custom_plan' end,
        true);
    select
        array_agg(distinct logs.parse_uuid(i.id)) filter (where logs.parse_uuid(i.id) is not null),
        -- a redacted value identifies nobody
        bool_or(logs.parse_uuid(i.id) is null)
    into ids, is_vague
    from logs.page_changes(positions, logged_from, logged_until) c
    cross join lateral (
        select case c.op when 'D' then c.record_id when 'U' then c.previous_data ->> 'id' end) i (id)
    where (c.op in ('D', 'T') or c.op = 'U' and c.previous_data ? 'id')
    -- changes from another cluster have that cluster's table oid
    and case
        when c.position > (select changelog.boundary()) then c.table_oid
        else to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
    end = users;
    ids := changelog.gone_users(ids);
    is_vague := coalesce(is_vague, false) or ids is null and is_vague is not null;
    if cardinality(ids) > 0 then
        -- the application's triggers plan as they always do
        perform set_config('plan_cache_mode', 'auto', true);
        for holder in select distinct u.table_oid, u.is_log from changelog.user_columns() u order by u.table_oid
        loop
            if holder.is_log then
                select c.* into did from changelog.clear_logged_users(holder.table_oid, ids, most, false) c;
            else
                select c.* into did from changelog.clear_named_users(holder.table_oid, ids, most, true) c;
                if did.cleared > 0 then
                    perform changelog.set_context(cleaner);
                    select c.* into did from changelog.clear_named_users(holder.table_oid, ids, most, false) c;
                    -- a trigger of the application may have set another actor
                    perform changelog.set_context(cleaner);
                end if;
            end if;
            is_vague := is_vague or did.is_left;
        end loop;
    end if;
    if is_vague then
        update changelog.link_sweep set requested_at = clock_timestamp();
    end if;
end
$function$;
comment on function changelog.clean_users(bigint[], timestamptz, timestamptz) is
    'Nulls columns that hold a user whom a page''s changes delete';
