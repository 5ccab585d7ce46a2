-- logs.capture_living(row, relid): a row of a table as JSON in the words of the log, as logs.capture_row_change makes
-- it, and with the same rights and safeguards: whoever reads a table of the application does not run its casts as
-- himself. What jsonb cannot hold makes no error, whose text could quote the row. Not redacted yet.
-- Writes nothing, notifies nothing.
create or replace function logs.capture_living(captured record, relid oid)
    returns jsonb
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
    living jsonb;
begin
    begin
        perform set_config('transaction_read_only', 'on', true);
        living := to_jsonb(captured);
        -- in any case, as logs.capture_columns does
        raise exception using errcode = 'CLOG1';
    exception when others then
        living := coalesce(living, logs.capture_columns(captured, relid));
    end;
    return living;
end
$function$;
comment on function logs.capture_living(record, oid) is 'A row as capture makes JSON of it, before it is redacted';
