-- changelog.follow_ddl: puts the triggers of tables right in the transaction that made or altered them, or what they inherit,
-- refer to or are made of. Whoever disables one is told that it is enabled again.
-- Never fails the user's DDL: what goes wrong is a warning, and the periodic reconcile puts it right.
-- Writes triggers and changelog.coverage, notifies nobody.
create or replace function changelog.follow_ddl()
returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
set lock_timeout = '1s'
as $function$
declare
    command record;
    target record;
    step record;
begin
    if current_setting('changelog.reconciling', true) = changelog.reconciling_mark() then
        return;
    end if;
    for command in
        select distinct on (coalesce(i.indrelid, c.objid), c.classid)
               coalesce(i.indrelid, c.objid) as oid,
               c.classid,
               c.classid = 'pg_namespace'::regclass as is_schema,
               c.classid = 'pg_cast'::regclass or r.relkind = 'c' as is_type,
               c.command_tag,
               r.relkind = 'p' or r.relispartition as in_tree
        from pg_event_trigger_ddl_commands() c
        left join pg_index i on c.classid = 'pg_class'::regclass and i.indexrelid = c.objid
        left join pg_class r on c.classid = 'pg_class'::regclass and r.oid = coalesce(i.indrelid, c.objid)
        left join pg_namespace n on n.oid = r.relnamespace
        where (r.relkind in ('r', 'p', 'f', 'm') or r.relkind = 'c' and c.command_tag = 'ALTER TYPE') and r.relpersistence <> 't'
          and not changelog.is_left_out(n.nspname)
           or c.command_tag = 'ALTER SCHEMA' and c.classid = 'pg_namespace'::regclass
           or c.classid = 'pg_cast'::regclass
        order by 1, 2, c.command_tag
    loop
        for target in
            select o.table_oid, o.was_of
            from changelog.ddl_targets(command.oid, command.is_schema, command.in_tree) o
            where command.is_type is not true
            union all
            select r.table_oid, null
            from changelog.ddl_reach(command.classid, command.oid) r
            where command.command_tag in ('ALTER TABLE', 'ALTER TYPE', 'CREATE CAST')
        loop
            begin
                for step in
                    select r.table_schema, r.table_name
                    from changelog.reconcile_table(target.table_oid, 'infinity') r
                    where r.action = 'enable'
                    and r.reason like 'the trigger %'
                loop
                    raise notice 'ChangeLog enabled its trigger on %.% again', step.table_schema, step.table_name
                        using hint = 'A table that is not to be captured is named in NON_LOGGED_TABLES.';
                end loop;
                if target.was_of is not null then
                    perform changelog.note_uncaptured(target.was_of, format(
                        'partition %s was detached: its rows left without a change', target.table_oid::regclass));
                end if;
            exception when others then
                raise warning 'ChangeLog: % is not captured as it should be until the next reconcile: %',
                    target.table_oid::regclass, sqlerrm;
            end;
        end loop;
        if command.command_tag in ('CREATE TABLE AS', 'SELECT INTO') and pg_relation_size(command.oid) > 0 then
            perform changelog.note_uncaptured(command.oid, format(
                'filled by %s: its first rows came without a change', command.command_tag));
        end if;
    end loop;
exception when others then
    raise warning 'ChangeLog: could not follow %: %', tg_tag, sqlerrm;
end
$function$;
