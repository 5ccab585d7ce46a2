-- changelog.prepare_timeline(definition): stores a timeline's definition from the settings, creates its table if there
-- is none, and removes capture from an existing one. A second call changes nothing. Never waits long for a table's
-- lock. Returns what changelog.make_timeline_table and changelog.uncaptured_timeline return.
-- Writes changelog.timeline, the timeline's table, the triggers of that table. Notifies nothing.
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
    return query select changelog.uncaptured_timeline(wanted.name);
    -- an application's existing table was captured until now
    perform changelog.reconcile_table(c.oid)
    from pg_class c
    where c.oid = to_regclass(format('%I.%I', wanted.table_schema, wanted.table_name));
end
$function$;
comment on function changelog.prepare_timeline(jsonb) is 'Stores a timeline''s definition, and creates its table';
