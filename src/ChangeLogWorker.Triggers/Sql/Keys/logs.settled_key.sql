-- logs.settled_key(row, columns, treatment): a record's identity of which columns are of types whose text goes by
-- settings of the session, quote_all_identifiers and lc_monetary: as it is under the usual ones, so that a record
-- stays one record. To pin them for each row of every table would cost as much as the row's JSON. columns: of a
-- composite key, else the one column; treatment as changelog.key_treatment has it. Text that is none of the type
-- stays. Writes nothing, notifies nothing.
create or replace function logs.settled_key(row_data jsonb, columns text[], treatment text)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    redacted constant text := split_part(treatment, chr(10), 2);
    unsettled record;
    settled text;
    key text;
begin
    for unsettled in
        select t.key as name, t.value as type
        from jsonb_each_text(substr(split_part(treatment, chr(10), 1), 2)::jsonb) t
    loop
        begin
            execute format('select logs.settled_text($1::pg_catalog.%I)', unsettled.type)
            into settled
            using row_data ->> unsettled.name;
            row_data := jsonb_set(row_data, array[unsettled.name], to_jsonb(settled));
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
comment on function logs.settled_key(jsonb, text[], text) is
    'A record''s identity, whatever the session''s settings make of its text';
