-- logs.mask_columns(row, columns): a row, or its old values, with these columns masked; nulls stay.
-- Writes nothing, notifies nothing.
create or replace function logs.mask_columns(row_data jsonb, columns text[])
    returns jsonb
    language plpgsql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    for i in 1 .. array_upper(columns, 1) loop
        if row_data ->> columns[i] is not null then
            row_data := jsonb_set(row_data, columns[i : i], '"[redacted]"');
        end if;
    end loop;
    return row_data;
end
$function$;
comment on function logs.mask_columns(jsonb, text[]) is 'A row with some of its columns masked';
