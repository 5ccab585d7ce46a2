-- changelog.follow_drop: ends the coverage of dropped tables, notes dropped partitions on their root (whose clone of
-- the row trigger carries the root's oid), recreates our triggers and guards that were dropped from a remaining table,
-- and follows keys that went with an index. Never fails the user's DDL: errors become warnings, and the periodic
-- reconcile repairs the rest. Writes triggers, changelog.coverage and events, notifies as events do.
create or replace function changelog.follow_drop()
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
    dropped record;
    target record;
begin
    if current_setting('changelog.reconciling', true) not in ('', 'off')
        and current_setting('changelog.reconciling', true) = changelog.reconciling_mark()
    then
        return;
    end if;
    -- asked once; the rest depends on the kind of object
    select bool_or(d.classid = 'pg_class'::regclass and d.objsubid = 0 and d.object_type <> 'index') as tables,
           bool_or(d.object_type = 'trigger' and starts_with(d.address_names[3], '!changelog_')) as triggers,
           bool_or(d.object_type = 'trigger' and d.address_names[1] in ('logs', 'lib_event', 'platform')
               and starts_with(d.address_names[3], 'refuse_')) as guards,
           bool_or(d.object_type = 'index' and d.original) as indexes
    into dropped
    from pg_event_trigger_dropped_objects() d;

    if dropped.tables then
        update changelog.coverage c
        set valid_until = clock_timestamp()
        from pg_event_trigger_dropped_objects() d
        where d.classid = 'pg_class'::regclass
          and d.objsubid = 0
          and c.table_oid = d.objid
          and c.valid_until is null;
        -- silenced: this drops functions itself
        perform set_config('changelog.reconciling', changelog.reconciling_mark(), true);
        perform changelog.drop_capture_functions(array(
            select d.objid
            from pg_event_trigger_dropped_objects() d
            where d.classid = 'pg_class'::regclass
              and d.objsubid = 0));
        perform set_config('changelog.reconciling', 'off', true);
    end if;

    if dropped.tables and dropped.triggers then
        perform changelog.note_uncaptured(
            r.root,
            format('partition %I.%I was dropped: its rows left uncaptured', t.schema_name, t.object_name))
        from pg_event_trigger_dropped_objects() t
        join pg_event_trigger_dropped_objects() g
          on g.object_type = 'trigger'
         and g.address_names[1:2] = array[t.schema_name, t.object_name]
        cross join lateral (
            select case when g.address_names[3] ~ '^!changelog_row_[0-9]{1,10}$'
                then substring(g.address_names[3] from 16)::oid
            end as root) r
        where t.object_type in ('table', 'foreign table')
          and r.root <> t.objid
          and exists (select from pg_class c where c.oid = r.root);
    end if;

    if dropped.guards and tg_tag <> 'ALTER TABLE' then
        perform changelog.restore_guards(tg_tag);
    end if;

    -- not after ALTER TABLE, whose DETACH drops a partition's clone: changelog.follow_ddl handles the rest
    for target in
        select distinct to_regclass(format('%I.%I', d.address_names[1], d.address_names[2]))::oid as table_oid
        from pg_event_trigger_dropped_objects() d
        where dropped.triggers
          and tg_tag <> 'ALTER TABLE'
          and d.object_type = 'trigger'
          and starts_with(d.address_names[3], '!changelog_')
          and to_regclass(format('%I.%I', d.address_names[1], d.address_names[2])) is not null
        union
        -- a dropped index no longer names its table, but whoever drops it has locked that table
        select c.oid
        from pg_locks l
        join pg_class c on c.oid = l.relation and c.relkind in ('r', 'p') and c.relhastriggers
        where dropped.indexes
          and l.pid = pg_backend_pid()
          and l.locktype = 'relation'
          and l.database = (select d.oid from pg_database d where d.datname = current_database())
          and l.mode in ('AccessExclusiveLock', 'ShareUpdateExclusiveLock')
          and changelog.has_another_key(c.oid)
    loop
        begin
            perform changelog.reconcile_table(target.table_oid, 'infinity', tg_tag);
        exception when others then
            raise warning 'ChangeLog: % is not captured as it should be until the next reconcile: %',
                target.table_oid::regclass, sqlerrm;
        end;
    end loop;
exception when others then
    raise warning 'ChangeLog: could not follow %: %', tg_tag, sqlerrm;
end
$function$;
