-- changelog.canonical(value, type): a text in the type's own format (a UUID in lower case), or null if it is not a
-- valid value or would have to be truncated or rounded: no payload of a domain event may make a handler fail.
-- Writes nothing, notifies nothing.
create or replace function changelog.canonical(value text, type text)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- as in the catalog: character without a length means 1
    whole text := format_type(type::regtype, -1);
    written text;
    is_whole boolean;
begin
    if type::regtype::oid >= 16384 then
        -- a literal: casts of the application's types run their owner's code
        if not changelog.type_carries_code(type::regtype) then
            execute format('select format(''%%s'', %L::%s)', value, whole) into written;
        end if;
        return written;
    elsif type not like '%(%' then
        execute format('select $1::%s::text', whole) into written using value;
        return written;
    end if;
    -- a cast to text strips the blanks of a char(n)
    execute format('select format(''%%s'', $1::%s)', type) into written using value;
    execute format('select $1::%1$s = $2::%1$s', whole) into is_whole using value, written;
    return case when is_whole then written end;
-- a reg type, or an extension's, reports unknown input as a syntax error
exception when data_exception or integrity_constraint_violation or syntax_error_or_access_rule_violation
    or invalid_schema_name or invalid_catalog_name or feature_not_supported or program_limit_exceeded
then
    return null;
end
$function$;
comment on function changelog.canonical(text, text) is
    'A text in the type''s own format; null if it is not valid';
