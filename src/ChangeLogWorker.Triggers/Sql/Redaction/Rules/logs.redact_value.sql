-- logs.redact_value(content, way): the replacement of one value. Null stays null, and an already redacted value stays
-- as it is. A column kept as text (changelog:text) is hashed as that text. Writes nothing, notifies nothing.
create or replace function logs.redact_value(content jsonb, way text)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if content = 'null' then
        return content;
    elsif way is distinct from 'hash' then
        return '"[redacted]"';
    elsif logs.is_redacted(content #>> '{}') then
        return content;
    end if;
    -- a branch of its own: without the right to hash one may still mask
    return to_jsonb(logs.redaction_hash(
        case
            when jsonb_typeof(content) = 'object' and content ? 'changelog:text' and content - 'changelog:text' = '{}'
                then content ->> 'changelog:text'
            else content #>> '{}'
        end));
end
$function$;
