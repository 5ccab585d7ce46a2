-- changelog.prepare_timeline(definition): notes what a timeline is, as the settings say, makes its table where there
-- is none, and takes the capture off one that is there. A second call changes nothing. It waits for no lock of a
-- table for long. Returns what changelog.make_timeline_table and changelog.unlogged_timeline return. Writes
-- changelog.timeline, the timeline's table, the triggers of that table. Notifies nothing.
create or replace function changelog.prepare_timeline(definition jsonb)
    returns setof text
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s'
as $function$
declare
    wanted changelog.timeline := jsonb_populate_record(null::changelog.timeline, definition);
begin
    -- another worker may be building an index
    perform changelog.take_lock('timeline', '20 seconds');
    perform changelog.store_timeline(definition);
    return query select changelog.make_timeline_table(wanted.name);
    return query select changelog.unlogged_timeline(wanted.name);
    -- one that the application had was captured until now
    perform changelog.reconcile_table(c.oid)
    from pg_class c
    where c.oid = to_regclass(format('%I.%I', wanted.table_schema, wanted.table_name));
end
$function$;
comment on function changelog.prepare_timeline(jsonb) is 'Notes what a timeline is, and makes its table';
