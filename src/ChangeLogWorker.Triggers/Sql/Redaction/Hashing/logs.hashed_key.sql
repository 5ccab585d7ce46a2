-- logs.hashed_key(row, key, columns, redacted): a record's identity with its redacted columns hashed
-- (logs.redaction_hash), whatever their method, so that a record stays one record. columns: of a composite key, else
-- ''.
-- Writes nothing, notifies nothing.
create or replace function logs.hashed_key(row_data jsonb, key text, columns text, redacted text[])
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if columns = '' then
        return logs.redaction_hash(key);
    end if;
    return logs.record_key(
        row_data || (
            select jsonb_object_agg(r.name, logs.redaction_hash(row_data ->> r.name)) from unnest(redacted) r (name)),
        columns::text[]);
end
$function$;
comment on function logs.hashed_key(jsonb, text, text, text[]) is
    'A record''s identity with its redacted columns hashed';
