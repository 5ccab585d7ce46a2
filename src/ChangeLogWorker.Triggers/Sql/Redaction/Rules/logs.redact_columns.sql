-- logs.redact_columns(row, columns, is_when): a row, or its old values, with the rules of some columns applied: columns
-- is [{"column": ..., "way": ..., "when": ...}], where the first entry of a column that applies wins; is_when lists the
-- "when" columns that are true of the change.
-- Writes nothing, notifies nothing.
create or replace function logs.redact_columns(row_data jsonb, columns jsonb, is_when text[])
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    rule record;
    done text[] := '{}';
begin
    for rule in
        select r."column", r.way, r."when"
        from jsonb_to_recordset(columns) r ("column" text, way text, "when" text)
    loop
        if not row_data ? rule."column"
            or rule."column" = any (done)
            or not (rule."when" is null or rule."when" = any (is_when))
        then
            continue;
        end if;
        row_data := case
            when rule.way = 'omit' then row_data - rule."column"
            else jsonb_set(
                row_data, array[rule."column"], logs.redact_value(row_data -> rule."column", rule.way))
        end;
        done := done || rule."column";
    end loop;
    return row_data;
end
$function$;
comment on function logs.redact_columns(jsonb, jsonb, text[]) is
    'A row without the raw values of the columns that rules name';
