-- changelog.reconcile_table: carries out the plan of one table and brings its coverage up to date, in one transaction.
-- Runs with the caller's rights, the worker's calls with the owner's. known_good: see changelog.write_coverage. Returns what was done.
-- changelog.reconciling keeps the DDL event triggers quiet meanwhile (changelog.reconciling_mark).
-- Writes triggers of that table and changelog.coverage, notifies nobody.
create or replace function changelog.reconcile_table(target oid, known_good timestamptz default null)
returns table (
    table_schema text,
    table_name text,
    action text,
    trigger_name text,
    reason text
)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $function$
declare
    step record;
    missed text;
    root oid;
begin
    if not has_function_privilege(to_regprocedure('logs.capture_row_change()'), 'execute') then
        return query select r.* from changelog.reconcile_as_owner(target) r;
        return;
    end if;
    -- not a SET of the function's: an unknown setting there is a superuser's to give
    perform set_config('changelog.reconciling', changelog.reconciling_mark(), true);
    select t.root_oid into root from changelog.tables(target) t;
    for step in select * from changelog.trigger_plan(target) loop
        execute step.statement;
        if step.action = 'drop' and root <> target and pg_relation_size(target) > 0 then
            perform changelog.note_uncaptured(target, format(
                'partition %I.%I was attached: the rows in it came without a change', step.table_schema, step.table_name));
        end if;
        -- a partition's first truncate trigger: the partition is new, nothing went by
        if step.missed and not (step.action = 'create' and root <> target) then
            missed := coalesce(missed, format('%s of %I.%I went unseen: %s',
                case when starts_with(step.trigger_name, '!changelog_truncate') then 'TRUNCATE' else 'changes' end,
                step.table_schema,
                step.table_name,
                step.reason));
        end if;
        table_schema := step.table_schema;
        table_name := step.table_name;
        action := step.action;
        trigger_name := step.trigger_name;
        reason := step.reason;
        return next;
    end loop;
    perform set_config('changelog.reconciling', 'off', true);

    perform changelog.write_coverage(coalesce(root, target), missed, known_good);
    if root <> target then
        -- a table that was attached no longer has a coverage of its own
        perform changelog.write_coverage(target, null, known_good);
    end if;
end
$function$;
