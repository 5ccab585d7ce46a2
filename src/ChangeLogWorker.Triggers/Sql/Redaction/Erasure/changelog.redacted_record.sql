-- changelog.redacted_record(target, record, redaction): a record's identity given by someone else, as capture would
-- write it: key columns that are redacted, or hold JSON, are hashed. A text that is no composite key is hashed whole.
-- Writes nothing, notifies nothing.
create or replace function changelog.redacted_record(target oid, record text, redaction jsonb)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    key text[] := (select k.columns from changelog.key_columns(target) k);
    hidden text[] := array(
        select k.name
        from unnest(key) k (name)
        where redaction -> 'json' ? k.name
        or redaction -> 'columns' @> jsonb_build_array(jsonb_build_object('column', k.name)));
    parts jsonb;
begin
    if record is null or hidden = '{}' then
        return record;
    end if;
    if cardinality(key) > 1 then
        parts := changelog.canonical(record, 'jsonb');
    end if;
    if jsonb_typeof(parts) = 'array' and jsonb_array_length(parts) = cardinality(key) then
        return (
            select jsonb_agg(
                case when key[p.place] = any (hidden) then logs.redact_value(p.part, 'hash') else p.part end
                order by p.place)
            from jsonb_array_elements(parts) with ordinality p (part, place));
    end if;
    return logs.redact_value(to_jsonb(record), 'hash') #>> '{}';
end
$function$;
comment on function changelog.redacted_record(oid, text, jsonb) is
    'A record''s identity given by someone else, as capture would write it';
