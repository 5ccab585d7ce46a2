-- changelog.clear_named_users(holder, ids, most, is_plan): the same for feature_flags, global_settings and a timeline's
-- table, in the latter for ChangeLog's own entries. Locked rows are skipped. Security definer, hence only tables on
-- which nobody else's code runs (changelog.runs_trusted_code), whose triggers get a search_path of their own.
-- Writes the table. Notifies what its triggers notify.
create or replace function changelog.clear_named_users(
    holder oid, ids uuid[], most integer, is_plan boolean, out cleared bigint, out is_left boolean, out reason text)
    language plpgsql
    volatile
    security definer
    set search_path = pg_catalog, pg_temp
    set row_security = off
    set client_min_messages = error
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    gone uuid[] := changelog.gone_users(ids);
    t record;
    found_at uuid[];
begin
    cleared := 0;
    is_left := false;
    select
        c.oid::regclass as target,
        n.nspname,
        c.relname,
        string_agg(format('r.%I operator(pg_catalog.=) any ($1)', u.name), ' or ') as holds,
        string_agg(
            format('%1$I = case when r.%1$I operator(pg_catalog.=) any ($2) then null else r.%1$I end', u.name),
            ', ') as changes,
        string_agg(format('r.%I operator(pg_catalog.=) any ($2)', u.name), ' or ') as still_holds,
        case
            when n.nspname = 'platform' then 'true'
            -- ids made by changelog.timeline_entry_id; an application may keep its own entries there
            else 'pg_catalog.substr(r.id::pg_catalog.text, 15, 1) operator(pg_catalog.=) ''8'''
        end as is_ours,
        quote_ident(n.nspname) || coalesce(', ' || nullif(max(g.reset_val), ''), '') as path
    into t
    from changelog.user_columns() u
    join pg_class c on c.oid = u.table_oid
    join pg_namespace n on n.oid = c.relnamespace
    cross join pg_settings g
    where u.table_oid = holder
    and not u.is_log
    and g.name = 'search_path'
    group by c.oid, n.nspname, c.relname;
    if not found or coalesce(cardinality(gone), 0) = 0 then
        return;
    end if;
    if not changelog.runs_trusted_code(holder) then
        is_left := true;
        reason :=
            'code of others than ChangeLog''s owner could run there: let the owner of the table set the column to '
            'null, or let the timeline have foreign keys (ForeignKeys)';
        return;
    end if;

    if is_plan then
        execute format(
            'select count(*) from (select from %s r where (%s) and %s limit $2) found',
            t.target, t.holds, t.is_ours)
        into cleared
        using gone, most;
        return;
    end if;
    execute format(
        'select array(select r.id from %s r where (%s) and %s limit $2 for update skip locked)',
        t.target, t.holds, t.is_ours)
    into found_at
    using gone, most;
    if cardinality(found_at) > 0 then
        perform set_config('search_path', t.path, true);
        execute pg_catalog.format(
            $change$
            with changed as (
                update %I.%I r set %s where r.id operator(pg_catalog.=) any ($1) returning (%s) is true as still_holds
            )
            select pg_catalog.count(*) from changed where not still_holds
            $change$,
            t.nspname, t.relname, t.changes, t.still_holds)
        into cleared
        using found_at, gone;
        perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    end if;
    execute format('select exists (select from %s r where (%s) and %s)', t.target, t.holds, t.is_ours)
    into is_left
    using gone;
exception when others then
    -- transient errors
    if left(sqlstate, 2) in ('40', '53', '57', '58') then
        raise;
    end if;
    cleared := 0;
    is_left := true;
    reason := changelog.user_problem(holder, sqlstate, sqlerrm);
end
$function$;
comment on function changelog.clear_named_users(oid, uuid[], integer, boolean) is
    'Nulls columns that name a user who is gone';
