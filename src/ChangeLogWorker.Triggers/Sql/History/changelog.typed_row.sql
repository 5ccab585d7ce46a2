-- changelog.typed_row(base, row_data): a row of the log as a row of its table; null where a type does not take the
-- value (a mask, a label that an enum no longer has).
-- Writes nothing, notifies nothing.
create or replace function changelog.typed_row(base anyelement, row_data jsonb)
    returns anyelement
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    field record;
begin
    return jsonb_populate_record(base, row_data);
exception when others then
    for field in select e.key, e.value from jsonb_each(row_data) e loop
        begin
            base := jsonb_populate_record(base, jsonb_build_object(field.key, field.value));
        exception when others then
            null;
        end;
    end loop;
    return base;
end
$function$;
comment on function changelog.typed_row(anyelement, jsonb) is 'A row of the log as a row of its table';
