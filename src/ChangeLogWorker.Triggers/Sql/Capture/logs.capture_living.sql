-- logs.capture_living(row, relid): a current row as JSON, exactly as logs.capture_row_change would log it, and with the
-- same rights and safeguards, so that reading a table of the application never runs its casts as the caller. Values
-- that jsonb cannot hold raise no error, whose text could quote the row. Not redacted yet.
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
