-- logs.capture_record(op, new_row, old_row, relid, schema, name, arguments): captures any row, whatever its types and
-- whatever has happened to its table. Used for tables without a function of their own (changelog.capture_source), and
-- by such a function for a row that it was not made for. Settings are pinned, or one row would yield several texts.
-- to_jsonb runs a type's cast to json, which may be a user's: hence the powerless owner changelog_capture and a
-- read-only exception block, or the cast could write to the log or alter capture's functions, as their owner may. What
-- a cast leaves behind is rolled back (logs.must_undo_casts), and before PostgreSQL 16, where a cast can end read-only
-- mode, so is all it did (logs.may_run_casts). arguments: see logs.write_change.
-- Writes logs.change and, once a transaction, logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.capture_record(
    op text,
    new_row record,
    old_row record,
    relid oid,
    table_schema text,
    table_name text,
    arguments text[])
    returns void
    language plpgsql
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
    is_recorded boolean;
begin
    begin
        -- the end of the block restores the transaction's own mode; within it read-only cannot be taken back
        -- asked first: a cast may drop itself
        undo := set_config('transaction_read_only', 'on', true) = 'on'
            and current_setting('server_version_num') < '16' and logs.may_run_casts();
        -- *= compares images: a json column has no equality, and 1.0 is not 1.00; null without an old or a new row
        if old_row *= new_row and arguments[4] is distinct from 'log-no-op' then
            return;
        end if;
        -- qualified: the first cast may have changed search_path
        new_data := pg_catalog.to_jsonb(new_row);
        old_data := pg_catalog.to_jsonb(old_row);
        if undo or logs.must_undo_casts() then
            raise exception using errcode = 'CLOG1';
        end if;
        is_recorded := logs.is_recorded();
    exception when others then
        if new_data is null and op <> 'DELETE' then
            new_data := logs.capture_columns(new_row, relid);
        end if;
        if old_data is null and op <> 'INSERT' then
            old_data := logs.capture_columns(old_row, relid);
        end if;
    end;
    if is_recorded is not true then
        perform logs.record_transaction();
    end if;
    -- assigned instead of performed: a simple expression skips the executor
    change_position := logs.write_change(op, new_data, old_data, relid, table_schema, table_name, arguments);
end
$function$;
comment on function logs.capture_record(text, record, record, oid, text, text, text[]) is
    'Captures one row, whatever its types: for the trigger functions only';
