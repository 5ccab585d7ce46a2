-- logs.redact_value(content, way): what stands for one value; a null stays, for there is nothing to keep secret, and so
-- does what was redacted before.
-- What a column beyond jsonb is kept as (changelog:text) is hashed as its text. Writes nothing, notifies nothing.
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
    -- in a branch of its own: whoever may not hash may mask
    return to_jsonb(logs.redaction_hash(
        case
            when jsonb_typeof(content) = 'object' and content ? 'changelog:text' and content - 'changelog:text' = '{}'
                then content ->> 'changelog:text'
            else content #>> '{}'
        end));
end
$function$;
