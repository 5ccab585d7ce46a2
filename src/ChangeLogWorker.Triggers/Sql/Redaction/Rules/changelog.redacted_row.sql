-- changelog.redacted_row(row, what, key, texts): a row, or its old values, after changelog redact. what: {"key",
-- "hint", "way"}: a column, and keys within JSON; {"records"}: every value; {"columns", "values", "hashed", "masked"}:
-- if the row's columns hold one of the values, hashes some columns and masks generated ones that depend on them. texts:
-- the columns that hold JSON (null: any): JSON kept as text has no keys to search, and is masked whole if one may be in
-- it.
-- Writes nothing, notifies nothing.
create or replace function changelog.redacted_row(row_data jsonb, what jsonb, key text[], texts text[])
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    column_name text;
    rules jsonb;
begin
    if row_data is null then
        return null;
    elsif what ? 'records' then
        return logs.erased_row(row_data, key);
    elsif what ? 'columns' then
        for column_name in select jsonb_array_elements_text(what -> 'masked') loop
            row_data := logs.mask_columns(row_data, array[column_name]);
        end loop;
        for column_name in select jsonb_array_elements_text(what -> 'hashed') loop
            if row_data ? column_name and not logs.is_anonymous(row_data ->> column_name) then
                row_data := jsonb_set(row_data, array[column_name], logs.redact_value(row_data -> column_name, 'hash'));
            end if;
        end loop;
        return row_data;
    end if;
    rules := jsonb_build_array(jsonb_build_object('key', what -> 'key', 'way', what -> 'way'));
    return logs.redact_json(
        logs.redact_keys(row_data, rules),
        array(
            select r.key
            from jsonb_each(row_data) r
            where jsonb_typeof(r.value) in ('object', 'array')
            and (coalesce(r.key = any (texts), true) or not r.value ? 'changelog:text')),
        changelog.text_hint(what ->> 'hint'),
        rules);
end
$function$;
comment on function changelog.redacted_row(jsonb, jsonb, text[], text[]) is
    'A row of the log after changelog redact';
