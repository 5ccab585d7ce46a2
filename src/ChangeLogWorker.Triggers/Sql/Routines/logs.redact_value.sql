-- logs.redact_value(content, way): what stands for one value; a null stays, for there is nothing to keep secret, and so does
-- what was redacted before.
-- What a column beyond jsonb is kept as (changelog:text) is hashed as its text. Writes nothing, notifies nothing.
create or replace function logs.redact_value(content jsonb, way text)
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when content = 'null' then content
        when way = 'hash' and content #>> '{}' ~ '^(hmac-sha256:[0-9a-f]{64}|[[]redacted])$' then content
        when way = 'hash' then to_jsonb(logs.redaction_hash(
            case
                when jsonb_typeof(content) = 'object' and content ? 'changelog:text' then content ->> 'changelog:text'
                else content #>> '{}'
            end))
        else '"[redacted]"'
    end
$function$;
