-- logs.redact_json(row, columns, hint, rules): a row without the raw values of certain keys in its JSON columns. A
-- column kept as text because jsonb cannot hold it (logs.capture_text) has no keys to search: JSON is masked whole if a
-- key may be in it, even one written with escapes (the hint covers these); text of any other type, such as a composite,
-- has no keys and is always masked. An application's own object of exactly that form is treated as such a text; one
-- with further keys is not. Writes nothing, notifies nothing.
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
