-- changelog.trigger_plan: the statements, in order, that turn the actual triggers into the desired ones. Finds triggers
-- by their function, so a renamed one is still ours; a clone on a partition belongs to the root's and can only be
-- enabled. missed: changes may have been missed. source, settings: of the function to make first. With an oid, that
-- table only; without, table by table. Text is built only for differences: every DDL asks, and almost always nothing
-- differs. Planned once a session, since planning takes longer than running. Writes nothing, notifies nothing.
create or replace function changelog.trigger_plan(target oid default null)
returns table (
    table_oid oid,
    table_schema text,
    table_name text,
    action text,
    trigger_name text,
    reason text,
    missed boolean,
    statement text,
    source text,
    settings text[]
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $function$
#variable_conflict use_column
declare
    here constant text := case
        when target is not null and not changelog.follows_ddl() then changelog.current_place()
    end;
    step record;
    known record;
    seal text;
    making text;
    enabling text;
    removal text;
begin
    if target is null then
        return query
        select p.*
        from (
            select o.oid from unnest(changelog.target_tables(null)) o (oid)
            union
            select g.tgrelid from pg_trigger g where changelog.is_capture_function(g.tgfoid)) t
        cross join lateral changelog.trigger_plan(t.oid) p
        order by p.table_schema, p.table_name,
            array_position(array['drop', 'replace', 'create'], p.action), p.trigger_name;
        return;
    end if;

    for step in
        select c.*
        from (
            select coalesce(d.trigger_name, a.tgname::text) as name,
                   d.function,
                   d.type,
                   d.args,
                   d.source,
                   d.settings,
                   coalesce(d.enabled, s.enabled) as enabled,
                   a.tgenabled,
                   a.tgconstraint,
                   a.is_touched,
                   case
                       when a.is_clone then case when a.is_touched or a.tgenabled <> s.enabled then 'clone' end
                       when d.trigger_name is null then case when a.is_own then 'drop' end
                       when a.tgname is null then 'create'
                       when a.tgtype <> d.type or not a.is_own or a.is_altered then 'replace'
                       when a.tgargs <> changelog.trigger_arguments(d.args)
                           or a.tgfoid is distinct from to_regprocedure(d.function || '()')::oid
                           or d.function = 'logs.capture_partition_change'
                           and to_regclass('changelog.' || logs.partition_seal(d.args)) is null
                           or d.source is not null
                           and not changelog.matches_source(d.function, d.source, d.settings)
                       then 'follow'
                       when a.is_touched or a.tgenabled <> d.enabled then 'enable'
                   end as finding
            from changelog.desired_trigger(target) d
            full join (
                select g.*,
                       case when g.tgparentid = 0 then g.tgname::text end as name,
                       g.tgparentid <> 0 as is_clone,
                       changelog.is_capture_function(g.tgfoid) as is_own,
                       exists (
                           select
                           from changelog.seen_trigger s
                           where s.trigger_oid = g.oid
                             and s.place = here
                             and s.set_by <> g.xmin::text::bigint) as is_touched,
                       g.tgqual is not null
                           or cardinality(g.tgattr::int2[]) > 0
                           or g.tgconstraint <> 0
                           -- otherwise it would be dropped with an extension
                           or exists (
                               select
                               from pg_depend x
                               where x.classid = 'pg_trigger'::regclass
                                 and x.objid = g.oid
                                 and x.refclassid = 'pg_extension'::regclass) as is_altered
                from pg_trigger g
                where g.tgrelid = target
                  and (not g.tgisinternal or changelog.is_capture_function(g.tgfoid))) a
              on a.name = d.trigger_name
            cross join (
                select case when s.fire_always then 'A' else 'O' end::"char" as enabled
                from changelog.capture_setting s) s) c
        where c.finding is not null
        order by array_position(array['drop', 'replace', 'follow', 'create'], c.finding), c.name
    loop
        -- a restore is running: see changelog.suspend
        continue when step.finding <> 'drop' and changelog.is_suspended(target);
        if table_oid is null then
            select n.nspname::text as schema, c.relname::text as name, t.kind, t.captured, t.reason
            into known
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            left join changelog.tables(target) t on true
            where c.oid = target;
            table_oid := target;
            table_schema := known.schema;
            table_name := known.name;
        end if;
        continue when step.finding = 'clone' and (known.captured or known.kind = 'f') is not true;

        seal := case when step.function = 'logs.capture_partition_change' then logs.partition_seal(step.args) end;
        making := format(
            'trigger %I after %s on %I.%I for each %s execute function %s(%s)',
            step.name,
            case when step.type = 32 then 'truncate' else 'insert or update or delete' end,
            table_schema,
            table_name,
            case when step.type = 32 then 'statement' else 'row' end,
            step.function,
            (select string_agg(quote_literal(a.arg), ', ' order by a.ord)
             from unnest(step.args) with ordinality a (arg, ord)));
        removal := format('drop trigger %I on %I.%I', step.name, table_schema, table_name);
        enabling := format(
            'alter table %I.%I enable %strigger %I',
            table_schema,
            table_name,
            case when step.enabled = 'A' then 'always ' else '' end,
            step.name);

        trigger_name := step.name;
        action := case step.finding when 'follow' then 'replace' when 'clone' then 'enable' else step.finding end;
        reason := case step.finding
            when 'drop' then case
                when known.captured is not false then 'the table has, or inherits, the trigger it needs'
                else known.reason
            end
            when 'create' then 'the trigger is missing'
            when 'replace' then 'the trigger was altered'
            when 'follow' then 'the columns, the key, the redaction, the options or the root''s name changed'
            else case
                when step.tgenabled = 'D' then 'the trigger is disabled'
                when step.tgenabled = 'R' then 'the trigger fires on replicas only'
                when step.is_touched then 'the trigger was altered and restored since it was last found correct'
                else 'Capture:FireAlways changed'
            end
        end;
        missed := step.finding in ('create', 'replace')
            or step.finding <> 'drop' and (step.is_touched or step.tgenabled in ('D', 'R'));
        statement := case action
            when 'drop' then removal
            when 'enable' then enabling
            else concat(
                case
                    when seal is not null and to_regclass('changelog.' || seal) is null
                    then format('create type changelog.%I as (); ', seal)
                end,
                case
                    when action = 'create' then 'create '
                    when step.tgconstraint = 0 and current_setting('server_version_num')::integer >= 140000
                    then 'create or replace '
                    else removal || '; create '
                end,
                making,
                '; ' || case when step.enabled = 'A' then enabling end)
        end;
        source := case when action in ('create', 'replace') then step.source end;
        settings := step.settings;
        return next;
    end loop;
end
$function$;
