-- changelog.as_captured(row, relid): a row of a table as JSON in the words of the log, as logs.capture_row_change makes it: what
-- jsonb cannot hold makes no error, whose text could quote the row. Not redacted yet. Writes nothing, notifies nothing.
create or replace function changelog.as_captured(captured record, relid oid)
    returns jsonb
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
as $function$
begin
    return to_jsonb(captured);
exception when others then
    return logs.capture_columns(captured, relid);
end
$function$;
comment on function changelog.as_captured(record, oid) is 'A row as capture makes JSON of it, before it is redacted';
