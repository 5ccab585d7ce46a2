-- changelog.restore_guards(command): puts the guards of the tables that are only appended to (logs.refuse_change) back
-- as they should be, on their partitions too, each with an event. command: the DDL that is followed. One that was
-- renamed stays beside the new one: it guards still. Returns how many. Writes triggers of these tables and events,
-- notifies as these do.
create or replace function changelog.restore_guards(command text default null)
    returns integer
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    step record;
    restored integer := 0;
begin
    perform set_config('changelog.reconciling', changelog.reconciling_mark(), true);
    for step in
        with guarded as (
            select to_regclass(g.name)::oid as root, g.argument
            from (values
                ('logs.transaction', 'own context'), ('logs.change', ''), ('lib_event.event', ''),
                ('platform.activity_logs', 'deleted user'), ('platform.user_audit_logs', 'deleted user')
            ) g (name, argument)
        ), relation as (
            select g.root, g.root as oid, g.argument
            from guarded g
            where g.root is not null
            union
            select g.root, p.relid, g.argument
            from guarded g
            cross join lateral pg_partition_tree(g.root) p
        ), desired as (
            select r.oid, 'refuse_change' as name, 27 as type, r.argument, 'update or delete' as event, 'row' as level
            from relation r
            where r.oid = r.root
            union all
            select r.oid, 'refuse_truncate', 34, '', 'truncate', 'statement'
            from relation r
        ), finding as (
            select d.*,
                   case
                       when t.oid is null then 'create'
                       when t.tgfoid <> to_regprocedure('logs.refuse_change()') or t.tgtype <> d.type
                         or t.tgqual is not null
                         or cardinality(t.tgattr::int2[]) > 0
                         or t.tgargs <> changelog.trigger_arguments(array_remove(array[d.argument], ''))
                       then 'replace'
                       when t.tgenabled in ('D', 'R') then 'enable'
                   end as action
            from desired d
            left join pg_trigger t on t.tgrelid = d.oid and t.tgname = d.name
            union all
            -- a partition's clone of the row guard
            select r.oid, t.tgname, null, null, null, null, 'enable'
            from relation r
            join pg_trigger t on t.tgrelid = r.oid and t.tgparentid <> 0
            where t.tgfoid = to_regprocedure('logs.refuse_change()')
              and t.tgenabled in ('D', 'R')
        )
        select n.nspname,
               c.relname,
               f.action,
               f.name,
               format('drop trigger %I on %I.%I', f.name, n.nspname, c.relname) as removal,
               format('create trigger %I before %s on %I.%I for each %s execute function logs.refuse_change(%s)',
                   f.name, f.event, n.nspname, c.relname, f.level,
                   case when f.argument <> '' then quote_literal(f.argument) else '' end) as definition,
               format('alter table %I.%I enable trigger %I', n.nspname, c.relname, f.name) as enabling
        from finding f
        join pg_class c on c.oid = f.oid
        join pg_namespace n on n.oid = c.relnamespace
        where f.action in ('replace', 'enable')
           -- a command that makes one makes none go, and new partitions get theirs one by one
           or f.action = 'create' and command is distinct from 'CREATE TRIGGER'
        order by n.nspname, c.relname, f.name
    loop
        if step.action = 'replace' then
            execute step.removal;
        end if;
        execute case when step.action = 'enable' then step.enabling else step.definition end;
        perform changelog.note_restored(
            step.nspname,
            step.relname,
            step.action,
            step.name,
            case step.action
                when 'create' then 'the trigger is missing'
                when 'replace' then 'the trigger was altered'
                else 'the trigger is disabled'
            end,
            null,
            command);
        restored := restored + 1;
    end loop;
    perform set_config('changelog.reconciling', 'off', true);
    return restored;
end
$function$;
comment on function changelog.restore_guards(text)
    is 'Puts the guards of the tables that are only appended to back as they should be';
