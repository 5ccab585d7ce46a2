-- changelog.redact_current(row, redaction): redacts a row that was not captured as capture would have; redaction: see
-- changelog.redaction_of. A missing "when" column counts as true. Masks instead of hashing if the caller may not use
-- the hashing key, for hashes could be guessed.
-- Writes nothing, notifies nothing.
create or replace function changelog.redact_current(row_data jsonb, redaction jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    may_hash boolean := has_function_privilege('logs.redaction_hash(text)', 'execute')
        and current_setting('transaction_read_only') = 'off';
    ways text := case when may_hash then 'hash' else 'mask' end;
    columns jsonb;
    rules jsonb;
    is_when text[];
begin
    if redaction is null
        or jsonb_typeof(row_data) is distinct from 'object'
        or redaction -> 'columns' = '[]' and redaction -> 'json' = '[]'
    then
        return row_data;
    end if;
    columns := (
        select jsonb_agg(
            case when r.rule ->> 'way' = 'hash' then r.rule || jsonb_build_object('way', ways) else r.rule end)
        from jsonb_array_elements(redaction -> 'columns') r (rule));
    rules := (
        select jsonb_agg(
            case when r.rule ->> 'way' = 'hash' then r.rule || jsonb_build_object('way', ways) else r.rule end
            order by r.place)
        from jsonb_array_elements(redaction -> 'rules') with ordinality r (rule, place));
    is_when := array(
        select r.rule ->> 'when'
        from jsonb_array_elements(columns) r (rule)
        where r.rule ? 'when'
        and not coalesce(row_data -> (r.rule ->> 'when') in ('false', 'null'), false));
    if columns is not null then
        row_data := logs.redact_columns(row_data, columns, is_when);
    end if;
    if redaction -> 'json' <> '[]' then
        row_data := logs.redact_json(
            row_data, array(select jsonb_array_elements_text(redaction -> 'json')), redaction ->> 'hint', rules);
    end if;
    return row_data;
end
$function$;
comment on function changelog.redact_current(jsonb, jsonb) is
    'Redacts a row that was not captured, as capture would have';
