-- changelog.reconcile_table: carries out the plan of one table and updates its coverage, in one transaction. Caller's
-- rights; the worker calls changelog.reconcile_as_owner. known_good: see changelog.write_coverage. command: the DDL
-- being followed, if any. Tampering with a trigger of a captured table writes an event. Returns what was done.
-- changelog.reconciling silences the DDL event triggers meanwhile (changelog.reconciling_mark).
-- Writes triggers of that table, changelog.coverage and events, notifies as these do.
create or replace function changelog.reconcile_table(
    target oid,
    known_good timestamptz default null,
    command text default null)
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
    root constant oid := coalesce(pg_partition_root(target)::oid, target);
    covered_since timestamptz;
    seal regclass;
    is_changed boolean := false;
    clones oid[];
begin
    if not exists (
        select
        from pg_proc p
        join pg_roles r on r.rolname = current_user
        where p.oid = 'changelog.reconcile_as_owner(oid)'::regprocedure
          and (r.rolsuper or r.oid = p.proowner))
    then
        return query select r.* from changelog.reconcile_as_owner(target) r;
        return;
    end if;
    -- not a set clause: only a superuser may name an unknown setting there
    perform set_config('changelog.reconciling', changelog.reconciling_mark(), true);
    perform changelog.suspend(target, false);
    select v.valid_from
    into covered_since
    from changelog.coverage v
    where v.table_oid = root
      and v.valid_until is null
      and v.captured;
    for step in select * from changelog.trigger_plan(target) loop
        -- what is done to a root's trigger is done to its clones; those that were found altered stay so
        clones := coalesce(clones, array(
            select g.oid
            from pg_partition_tree(target) p
            join pg_trigger g on g.tgrelid = p.relid
            join changelog.seen_trigger s on s.trigger_oid = g.oid
            where p.level > 0
            and s.place = changelog.current_place()
            and s.set_by = g.xmin::text::bigint));
        if step.source is not null then
            perform changelog.make_capture_function(target, step.source, step.settings);
        end if;
        execute step.statement;
        is_changed := true;
        if step.action = 'drop' and root <> target and pg_relation_size(target) > 0 then
            perform changelog.note_uncaptured(target, format(
                'partition %I.%I was attached: its rows were not captured',
                step.table_schema, step.table_name));
        end if;
        -- a partition's first truncate trigger: the partition is new, nothing was missed
        if step.missed and not (step.action = 'create' and root <> target) then
            missed := coalesce(missed, format('%s of %I.%I went unseen: %s',
                case when starts_with(step.trigger_name, '!changelog_truncate') then 'TRUNCATE' else 'changes' end,
                step.table_schema,
                step.table_name,
                step.reason));
        end if;
        -- after a command on triggers, any difference counts as tampering
        if covered_since is not null
            and (step.missed or command = 'CREATE TRIGGER')
            and (step.action <> 'create' or root = target or command like '%TRIGGER' or command like 'DROP %')
        then
            perform changelog.note_restored(
                step.table_schema, step.table_name, step.action, step.trigger_name, step.reason, covered_since,
                command);
        end if;
        table_schema := step.table_schema;
        table_name := step.table_name;
        action := step.action;
        trigger_name := step.trigger_name;
        reason := step.reason;
        return next;
    end loop;
    if is_changed then
        -- seals (logs.partition_seal) that no longer apply, and those of dropped roots: with them an owner could
        -- recreate a trigger that writes
        for seal in
            select c.oid
            from pg_class c
            where c.relnamespace = 'changelog'::regnamespace
              and c.relkind = 'c'
              and c.relname ~ '^root_[0-9a-f]{46}_[0-9]+$'
              and (split_part(c.relname, '_', 3) = target::text
                   or not exists (select from pg_class r where r.oid = split_part(c.relname, '_', 3)::oid))
              and not exists (
                  select
                  from changelog.desired_trigger(target) d
                  where d.function = 'logs.capture_partition_change'
                    and logs.partition_seal(d.args) = c.relname)
        loop
            begin
                execute format('drop type %s', seal);
            exception when others then
                null; -- a reconcile of another table was faster
            end;
        end loop;
        if not exists (
            select
            from pg_trigger g
            where g.tgrelid = target
              and g.tgfoid = to_regprocedure(format('logs.capture_%s()', target)))
        then
            perform changelog.drop_capture_functions(array[target]);
        end if;
        perform changelog.see_triggers(target, clones);
    end if;
    perform set_config('changelog.reconciling', 'off', true);

    perform changelog.write_coverage(root, missed, known_good);
    if root <> target then
        -- an attached partition no longer has coverage of its own
        perform changelog.write_coverage(target, null, known_good);
    end if;
end
$function$;
