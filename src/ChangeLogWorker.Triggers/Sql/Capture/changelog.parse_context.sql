-- changelog.parse_context(setting): the JSON object in a setting that anyone may have set to anything. Anything but an
-- object is kept as text under "invalid" (its first 8,192 characters).
-- Writes nothing, notifies nothing, never fails.
create or replace function changelog.parse_context(setting text)
    returns jsonb
    language plpgsql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    parsed jsonb;
begin
    -- after a transaction has ended, its local setting remains as an empty text
    if setting is null or setting = '' then
        return '{}';
    end if;
    begin
        parsed := setting::jsonb;
    exception when others then
        parsed := null;
    end;
    if jsonb_typeof(parsed) = 'object' then
        return parsed;
    end if;
    return jsonb_build_object('invalid', left(setting, 8192));
end
$function$;
comment on function changelog.parse_context(text) is 'A setting as a JSON object, whatever it holds';
