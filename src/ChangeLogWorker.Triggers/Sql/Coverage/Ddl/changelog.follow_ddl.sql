-- changelog.follow_ddl: updates triggers in the transaction that created or altered their table or anything it
-- inherits, refers to or is made of, and restores guards. Whoever tampered with one of our triggers gets a notice, and
-- an event names them. Irrelevant DDL returns early: an index that changes no key, other people's triggers. Plans are
-- cached, and generic, since planning takes ten times as long as running; catalogs are in memory, where an index
-- look-up is nearly free. Never fails the user's DDL: errors become warnings, and the periodic reconcile repairs the
-- rest.
-- Writes triggers, changelog.coverage and events, notifies as events do.
create or replace function changelog.follow_ddl()
returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
set random_page_cost = 0.1
set quote_all_identifiers = off
set lock_timeout = '1s'
as $function$
declare
    command record;
    target record;
    alters_guards boolean;
begin
    if current_setting('changelog.reconciling', true) not in ('', 'off')
        and current_setting('changelog.reconciling', true) = changelog.reconciling_mark()
    then
        return;
    end if;
    -- a restore enables the triggers of the log's partitions again once it has filled them
    if exists (
        select
        from pg_event_trigger_ddl_commands() c
        where c.command_tag = 'ALTER TABLE'
        and c.schema_name in ('logs', 'lib_event'))
    then
        perform changelog.raise_positions();
        if exists (
            select
            from pg_event_trigger_ddl_commands() c
            join pg_trigger g on g.tgrelid = c.objid and g.tgenabled = 'D'
            where c.classid = 'pg_class'::regclass
            and c.schema_name in ('logs', 'lib_event'))
        then
            perform changelog.expect_restore();
        end if;
    end if;
    -- asked before anything is dropped: PostgreSQL 13 no longer names a command whose object is gone, but fails. Guards
    -- that ALTER TABLE disabled are left alone: a restore of the log disables all triggers, and our event would take a
    -- position that it is about to restore
    alters_guards := tg_tag in ('CREATE TRIGGER', 'ALTER TRIGGER') and exists (
        select
        from pg_event_trigger_ddl_commands() c
        join pg_trigger g on c.classid = 'pg_trigger'::regclass and g.oid = c.objid
        join pg_class r on r.oid = g.tgrelid
        join pg_namespace n on n.oid = r.relnamespace
        where n.nspname in ('logs', 'lib_event', 'platform'));
    for command in
        select case when r.oid is null then c.objid else r.oid end as oid,
               case when r.oid is null then c.classid else 'pg_class'::regclass end as classid,
               c.classid = 'pg_namespace'::regclass as is_schema,
               c.classid = 'pg_cast'::regclass or r.relkind = 'c' as is_type,
               bool_and(i.indexrelid is not null) as is_index,
               bool_or(c.command_tag in ('ALTER TABLE', 'ALTER TYPE', 'CREATE CAST'))
                   and not bool_or(c.command_tag = 'CREATE TABLE') as reaches,
               max(c.command_tag) filter (where c.command_tag in ('CREATE TABLE AS', 'SELECT INTO')) as filled_by,
               r.relkind = 'p' or r.relispartition as in_tree
        from pg_event_trigger_ddl_commands() c
        left join pg_index i on c.classid = 'pg_class'::regclass and i.indexrelid = c.objid
        left join pg_trigger g on c.classid = 'pg_trigger'::regclass and g.oid = c.objid
        left join pg_class r
          on r.oid = case c.classid
              when 'pg_class'::regclass then coalesce(i.indrelid, c.objid)
              when 'pg_trigger'::regclass then g.tgrelid
          end
        left join pg_namespace n on n.oid = r.relnamespace
        where (r.relkind in ('r', 'p', 'f', 'm') or r.relkind = 'c' and c.command_tag = 'ALTER TYPE')
          and r.relpersistence <> 't'
          and not changelog.is_internal(n.nspname, r.relname)
          and i.indisunique is not false
          and (g.oid is null or changelog.is_capture_trigger(g.tgname, g.tgfoid))
           or c.command_tag = 'ALTER SCHEMA' and c.classid = 'pg_namespace'::regclass
           or c.classid = 'pg_cast'::regclass
        group by 1, 2, 3, 4, r.relkind, r.relispartition
        order by 1, 2
    loop
        continue when command.is_index and not changelog.has_another_key(command.oid);
        for target in
            select o.table_oid, o.was_of
            from changelog.ddl_targets(command.oid, command.is_schema, command.in_tree) o
            where command.is_type is not true
            union all
            select r.table_oid, null
            from changelog.ddl_reach(command.classid, command.oid) r
            where command.reaches
        loop
            begin
                if tg_tag = 'ALTER TABLE' then
                    perform changelog.suspend(target.table_oid, exists (
                        select
                        from pg_roles r
                        where r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
                        and r.rolsuper
                        and current_query() !~* 'disable[[:space:]]+trigger[[:space:]]+user'));
                end if;
                perform changelog.reconcile_table(target.table_oid, 'infinity', tg_tag);
                if target.was_of is not null then
                    perform changelog.note_uncaptured(target.was_of, format(
                        'partition %s was detached: its rows left uncaptured', target.table_oid::regclass));
                end if;
            exception when others then
                raise warning 'ChangeLog: % is not captured as it should be until the next reconcile: %',
                    target.table_oid::regclass, sqlerrm;
            end;
        end loop;
        if command.filled_by is not null and pg_relation_size(command.oid) > 0 then
            perform changelog.note_uncaptured(
                command.oid, format('filled by %s: its first rows were not captured', command.filled_by));
        end if;
    end loop;
    if alters_guards then
        perform changelog.restore_guards(tg_tag);
    end if;
exception when others then
    raise warning 'ChangeLog: could not follow %: %', tg_tag, sqlerrm;
end
$function$;
