-- logs.parse_inet(text): an address, or null where the text is none: readers must not fail for what an application
-- wrote. Writes nothing, notifies nothing, never fails.
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
