-- logs.parse_inet(text): an IP address, or null if the text is not valid: readers must not fail on what an application
-- wrote.
-- Writes nothing, notifies nothing, never fails.
create or replace function logs.parse_inet(value text)
    returns inet
    language plpgsql
    immutable
    strict
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return value::inet;
exception when others then
    return null;
end
$function$;
comment on function logs.parse_inet(text) is 'An address as text; anything else is null';
