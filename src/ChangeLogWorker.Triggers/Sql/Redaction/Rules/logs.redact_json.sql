-- logs.redact_json(row, columns, hint, rules): a row whose columns that hold JSON have lost the raw values of certain
-- keys. A column that is kept as text because jsonb cannot hold it (logs.capture_text) has no keys to look at. JSON is
-- masked whole where a key may be in it, which the hint says of one written as an escape too; any other text, as of a
-- composite type, names no keys, and is always. An application's own object that looks like it is taken for it; one
-- with other keys is not. Writes nothing, notifies nothing.
create or replace function logs.redact_json(row_data jsonb, columns text[], hint text, rules jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    column_name text;
    content jsonb;
begin
    foreach column_name in array columns loop
        content := row_data -> column_name;
        if jsonb_typeof(content) = 'object' and content ? 'changelog:text' and content - 'changelog:text' = '{}' then
            if content ->> 'changelog:text' ~* hint or not logs.is_json(content ->> 'changelog:text') then
                row_data := jsonb_set(row_data, array[column_name], '"[redacted]"');
            end if;
        elsif jsonb_typeof(content) in ('object', 'array') and content::text ~* hint then
            row_data := jsonb_set(row_data, array[column_name], logs.redact_keys(content, rules));
        end if;
    end loop;
    return row_data;
end
$function$;
comment on function logs.redact_json(jsonb, text[], text, jsonb) is
    'A row without the raw values of certain keys within its JSON columns';
