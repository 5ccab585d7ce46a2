-- logs.capture_row_change(): row trigger of captured tables without a function of their own (changelog.capture_source).
-- Compiled for each table and session, hence small: the work is done in logs.capture_record. Arguments: see
-- logs.write_change.
-- Writes logs.change and, once a transaction, logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.capture_row_change()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    perform logs.capture_record(tg_op, new, old, tg_relid, tg_table_schema, tg_table_name, tg_argv);
    return null;
end
$function$;
comment on function logs.capture_row_change() is
    'Row trigger of captured tables without a function of their own: AFTER INSERT OR UPDATE OR DELETE';
