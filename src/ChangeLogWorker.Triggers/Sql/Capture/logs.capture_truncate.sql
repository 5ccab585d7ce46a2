-- logs.capture_truncate(): statement trigger for TRUNCATE, one change for each table that held rows of its own. A
-- partition's change carries the root's name and oid (arguments 5 to 7) and names the partition in record_data.
-- Writes logs.change and, once a transaction, logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.capture_truncate()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    partition_data jsonb;
begin
    if tg_argv[5] <> '' then
        partition_data := jsonb_build_object('partition', tg_table_schema || '.' || tg_table_name);
    end if;
    -- a row that exists already is not written again
    perform logs.record_transaction();
    perform logs.write_change(
        tg_op, partition_data, null, tg_relid, tg_table_schema, tg_table_name,
        -- a TRUNCATE has no record: only the arguments on the root matter
        array_fill(''::text, array[5], array[0]) || array[tg_argv[5], tg_argv[6], tg_argv[7]]);
    return null;
end
$function$;
comment on function logs.capture_truncate() is 'Statement trigger of every captured table that holds rows: TRUNCATE';
