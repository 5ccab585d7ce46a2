-- logs.capture_current(row, relid): a current row as JSON, exactly as logs.capture_row_change would log it, with the
-- same rights and safeguards, so that reading a table of the application never runs its casts as the caller. Values
-- that jsonb cannot hold raise no error, whose text could quote the row. Not redacted yet.
-- Writes nothing, notifies nothing.
create or replace function logs.capture_current(captured record, relid oid)
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
    current_data jsonb;
begin
    begin
        perform set_config('transaction_read_only', 'on', true);
        current_data := to_jsonb(captured);
        -- always, like logs.capture_columns
        raise exception using errcode = 'CLOG1';
    exception when others then
        current_data := coalesce(current_data, logs.capture_columns(captured, relid));
    end;
    return current_data;
end
$function$;
comment on function logs.capture_current(record, oid) is 'A row as the JSON that capture makes of it, before redaction';
