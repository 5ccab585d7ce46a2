-- logs.capture_partition_change(): row trigger of captured partition trees, the counterpart of logs.capture_row_change.
-- PostgreSQL clones it to a new partition with the rights of whoever creates it, so PUBLIC may execute it. It writes
-- nothing unless it runs as the trigger of that name, on a partition of the root that its arguments name, with
-- arguments that ChangeLog gave it (logs.partition_seal).
-- Writes logs.change and, once a transaction, logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.capture_partition_change()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    root oid := pg_partition_root(tg_relid);
    arguments text[] := tg_argv;
begin
    if (tg_when = 'AFTER'
        and tg_level = 'ROW'
        and tg_name = '!changelog_row_' || tg_argv[5]
        and to_regclass('changelog.' || quote_ident(logs.partition_seal(tg_argv))) is not null) is not true
    then
        return null;
    end if;
    if root::text is distinct from tg_argv[5] then
        -- restored from a dump: same name, another oid, until the next reconcile
        if (root::regclass::text = format('%I.%I', tg_argv[6], tg_argv[7])) is not true then
            return null;
        end if;
        arguments[5] := root::text;
    end if;
    perform logs.capture_record(tg_op, new, old, tg_relid, tg_table_schema, tg_table_name, arguments);
    return null;
end
$function$;
comment on function logs.capture_partition_change() is
    'Row trigger of every captured partition tree: AFTER INSERT OR UPDATE OR DELETE';
