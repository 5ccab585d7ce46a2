-- logs.erased_row(row, key): a row, or its old values, with every value masked but the anonymous parts of its key
-- (numbers, uuids).
-- Writes nothing, notifies nothing.
create or replace function logs.erased_row(row_data jsonb, key text[])
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        jsonb_object_agg(
            r.name,
            case
                when r.value = 'null' or r.name = any (key) and logs.is_anonymous(r.value #>> '{}') then r.value
                else '"[redacted]"'
            end),
        '{}')
    from jsonb_each(row_data) r (name, value)
    having row_data is not null
$function$;
