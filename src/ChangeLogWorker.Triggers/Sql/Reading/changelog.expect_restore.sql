-- changelog.expect_restore(): notes that this log is being restored into its own cluster: at the end, after the last
-- statement that any trigger sees, the dump will set the sequences back. From now on each transaction raises them above
-- the log before it draws (logs.record_transaction, lib_event.store), until a later changelog.mark_reconciled ends it.
-- A type, because catalog look-ups ignore the writer's snapshot; its comment holds the start time in seconds. Returns
-- null, so that an expression can call it. Writes a type, notifies nothing.
create or replace function changelog.expect_restore()
    returns bigint
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if to_regclass('changelog.restoring') is null then
        create type changelog.restoring as ();
        execute format(
            'comment on type changelog.restoring is %L', extract(epoch from clock_timestamp())::bigint);
    end if;
    return null;
exception when duplicate_object or unique_violation then
    return null; -- another session of the restore was faster
end
$function$;
comment on function changelog.expect_restore() is
    'Has each transaction put the sequences above the log, for a restore is about to set them back';
