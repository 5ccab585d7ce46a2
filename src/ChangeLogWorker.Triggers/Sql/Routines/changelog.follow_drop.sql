-- changelog.follow_drop: ends the coverage of dropped tables, notes dropped partitions on their root (whose clone of the
-- row trigger bears the root's oid), and follows keys that went with an index.
-- Never fails the user's DDL: what goes wrong is a warning, and the periodic reconcile puts it right.
-- Writes triggers and changelog.coverage, notifies nobody.
create or replace function changelog.follow_drop()
returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
set lock_timeout = '1s'
as $function$
declare
    target record;
begin
    if current_setting('changelog.reconciling', true) = changelog.reconciling_mark() then
        return;
    end if;
    update changelog.coverage c
    set valid_until = clock_timestamp()
    from pg_event_trigger_dropped_objects() d
    where d.classid = 'pg_class'::regclass
      and d.objsubid = 0
      and c.table_oid = d.objid
      and c.valid_until is null;

    perform changelog.note_uncaptured(
        r.root,
        format('partition %I.%I was dropped: its rows left without a change', t.schema_name, t.object_name))
    from pg_event_trigger_dropped_objects() t
    join pg_event_trigger_dropped_objects() g
      on g.object_type = 'trigger'
     and g.address_names[1:2] = array[t.schema_name, t.object_name]
    cross join lateral (select substring(g.address_names[3] from '^!changelog_row_([0-9]+)$')::oid as root) r
    where t.object_type in ('table', 'foreign table')
      and r.root <> t.objid
      and exists (select from pg_class c where c.oid = r.root);

    if not exists (select from pg_event_trigger_dropped_objects() d where d.object_type = 'index' and d.original) then
        return;
    end if;
    -- the index no longer says whose it was: of its schema, the tables whose trigger does not begin with the key that is theirs
    -- now (its first two arguments, of which those behind the last that is not empty are left out)
    for target in
        select g.tgrelid as table_oid
        from (
            select distinct to_regnamespace(quote_ident(d.schema_name))::oid as oid
            from pg_event_trigger_dropped_objects() d
            where d.object_type = 'index'
              and d.original
        ) s
        join pg_class c on c.relnamespace = s.oid and c.relhastriggers
        join pg_trigger g
          on g.tgrelid = c.oid
         and g.tgfoid = to_regprocedure('logs.capture_row_change()')::oid
         and g.tgparentid = 0
        cross join changelog.key_columns(g.tgrelid) k
        cross join lateral (
            select convert_to(case when cardinality(k.columns) = 1 then k.columns[1] else '' end, getdatabaseencoding())
                   || decode('00', 'hex')
                   || convert_to(case when cardinality(k.columns) > 1 then k.columns::text else '' end, getdatabaseencoding())
                   || decode('00', 'hex') as bytes
        ) key
        where substring(g.tgargs || decode('0000', 'hex') for length(key.bytes)) <> key.bytes
    loop
        begin
            perform changelog.reconcile_table(target.table_oid, 'infinity');
        exception when others then
            raise warning 'ChangeLog: % is not captured as it should be until the next reconcile: %',
                target.table_oid::regclass, sqlerrm;
        end;
    end loop;
exception when others then
    raise warning 'ChangeLog: could not follow %: %', tg_tag, sqlerrm;
end
$function$;
