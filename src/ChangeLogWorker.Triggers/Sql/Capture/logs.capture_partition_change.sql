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
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
as $function$
declare
    new_data jsonb;
    old_data jsonb;
    change_position bigint;
    undo boolean;
    nothing record; -- a variable: each expression costs every session a plan
    root oid := pg_partition_root(tg_relid);
    arguments text[] := tg_argv;
begin
    if (tg_when = 'AFTER'
        and tg_level = 'ROW'
        and tg_name = '!changelog_row_' || tg_argv[5]
        and to_regclass('changelog.' || quote_ident(logs.partition_seal(tg_argv))) is not null) is not true
    then
        return nothing;
    end if;
    if root::text is distinct from tg_argv[5] then
        -- restored from a dump: same name, another oid, until the next reconcile
        if (root::regclass::text = format('%I.%I', tg_argv[6], tg_argv[7])) is not true then
            return nothing;
        end if;
        arguments[5] := root::text;
    end if;
    begin
        -- the end of the block restores the transaction's own mode; within it read-only cannot be taken back
        -- asked first: a cast may drop itself
        undo := set_config('transaction_read_only', 'on', true) = 'on'
            and current_setting('server_version_num') < '16' and logs.may_run_casts();
        -- *= compares images: a json column has no equality, and 1.0 is not 1.00; null without an old or a new row
        if old *= new and tg_argv[4] is distinct from 'log-no-op' then
            return nothing;
        end if;
        -- qualified: the first cast may have changed search_path
        new_data := pg_catalog.to_jsonb(new);
        old_data := pg_catalog.to_jsonb(old);
        if undo or logs.must_undo_casts() or logs.distrusts_marker() then
            raise exception using errcode = 'CLOG1';
        end if;
    exception when others then
        -- the marker may be forged; a row that exists already is not written again
        perform set_config('changelog.transaction', '', true);
        if new_data is null and tg_op <> 'DELETE' then
            new_data := logs.capture_columns(new, tg_relid);
        end if;
        if old_data is null and tg_op <> 'INSERT' then
            old_data := logs.capture_columns(old, tg_relid);
        end if;
    end;
    -- assigned instead of performed: a simple expression skips the executor
    change_position := logs.write_change(
        tg_op, new_data, old_data, tg_relid, tg_table_schema, tg_table_name, arguments);
    return nothing;
end
$function$;
comment on function logs.capture_partition_change() is
    'Row trigger of every captured partition tree: AFTER INSERT OR UPDATE OR DELETE';
