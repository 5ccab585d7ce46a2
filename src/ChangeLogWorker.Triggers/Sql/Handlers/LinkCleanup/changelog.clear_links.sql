-- changelog.clear_links(link_table, rows_at, tolerant): applies the table's policy to rows, once they are locked and
-- their target is still gone. Strict: all or an error. Tolerant: skips locked rows and those that cannot be cleared.
-- Runs the application's triggers, under their own search_path and with the caller's rights, which must be those of the
-- links' login (changelog.links_login_problem). Writes the table. Notifies what its triggers notify.
create or replace function changelog.clear_links(
    link_table oid, rows_at tid[], tolerant boolean, out cleared bigint, out failed bigint, out reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set row_security = off
    -- notices appear in the worker's log at Debug
    set client_min_messages = error
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    t record;
    held tid[];
    names text[];
    ids text[];
    batch tid[];
    done bigint;
    whole boolean := true;
begin
    cleared := 0;
    failed := 0;
    perform changelog.require_links_login(link_table);
    select l.*, s.path
    into t
    from changelog.link_tables(link_table) l
    cross join lateral (
        select quote_ident(l.table_schema) || coalesce(', ' || nullif(g.reset_val, ''), '')
        from pg_settings g
        where g.name = 'search_path') s (path)
    where l.policy in ('nullify', 'delete');
    if not found then
        return;
    end if;

    -- in the same order everywhere, so that two sessions never deadlock
    execute format(
        $lock$
        select array_agg(l.row_at), array_agg(l.name), array_agg(l.id)
        from (
            select r.ctid as row_at, r.linked_table::text as name, r.linked_id::text as id
            from only %s r
            where r.ctid = any ($1)
            and r.linked_table is not null
            and r.linked_id is not null
            order by r.ctid
            for update of r %s) l
        $lock$,
        link_table::regclass,
        case when tolerant then 'skip locked' else '' end)
    into held, names, ids
    using rows_at;
    if cardinality(rows_at) > coalesce(cardinality(held), 0) and tolerant then
        failed := cardinality(rows_at) - coalesce(cardinality(held), 0);
        reason := 'another session holds them, or has just changed them: the next sweep looks again';
    end if;
    held := changelog.dangling_links(held, names, ids);
    loop
        exit when cardinality(held) = 0;
        batch := case when whole then held else held[1:1] end;
        begin
            perform set_config('search_path', t.path, true);
            execute format(
                case t.policy
                    when 'nullify' then
                        $change$
                        with cleared as (
                            update only %s r
                            set linked_table = null, linked_id = null
                            where r.ctid operator(pg_catalog.=) any ($1)
                            returning r.linked_table is null and r.linked_id is null as is_cleared
                        )
                        select pg_catalog.count(*) from cleared where is_cleared
                        $change$
                    else
                        $change$
                        with cleared as (
                            delete from only %s r where r.ctid operator(pg_catalog.=) any ($1) returning r.ctid
                        )
                        select pg_catalog.count(*) from cleared
                        $change$
                end,
                format('%I.%I', t.table_schema, t.table_name))
            into done
            using batch;
            perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            if done < cardinality(batch) then
                raise exception 'a trigger of the table keeps its rows from being changed'
                using errcode = 'triggered_action_exception';
            end if;
            cleared := cleared + done;
            held := case when whole then '{}' else held[2:] end;
        exception when others then
            if not tolerant then
                raise;
            end if;
            if not whole then
                failed := failed + 1;
                reason := changelog.link_problem(link_table, sqlstate, sqlerrm);
                held := held[2:];
            end if;
            -- from now on one by one
            whole := false;
        end;
    end loop;
end
$function$;
comment on function changelog.clear_links(oid, tid[], boolean) is
    'Applies a table''s policy to rows whose link''s target is gone';
