-- logs.normalized_key(row, columns, treatment): the record_id of a row whose key columns have types whose text depends
-- on quote_all_identifiers or lc_monetary, as text under the default settings, so that a record stays one record.
-- Pinning these for every row would cost as much as the row's JSON. columns: of a composite key, else the one column;
-- treatment: see changelog.key_treatment. Text that is not valid for its type stays. Writes nothing, notifies nothing.
create or replace function logs.normalized_key(row_data jsonb, columns text[], treatment text)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    redacted constant text := split_part(treatment, chr(10), 2);
    unpinned record;
    normalized text;
    key text;
begin
    for unpinned in
        select t.key as name, t.value as type
        from jsonb_each_text(substr(split_part(treatment, chr(10), 1), 2)::jsonb) t
    loop
        begin
            execute format('select logs.normalized_text($1::pg_catalog.%I)', unpinned.type)
            into normalized
            using row_data ->> unpinned.name;
            row_data := jsonb_set(row_data, array[unpinned.name], to_jsonb(normalized));
        exception when others then
            null;
        end;
    end loop;
    key := case when cardinality(columns) = 1 then row_data ->> columns[1] else logs.record_key(row_data, columns) end;
    if redacted = '' then
        return key;
    end if;
    return logs.hashed_key(
        row_data, key, case when cardinality(columns) = 1 then '' else columns::text end, redacted::text[]);
end
$function$;
comment on function logs.normalized_key(jsonb, text[], text) is
    'A record''s identity, whatever the session''s settings make of its text';
