-- changelog.canonical(value, type): a text as the type writes it (a UUID in lower case), or null where it is none of the
-- type: what a domain event's payload holds must not make a handler fail. Writes nothing, notifies nothing.
create or replace function changelog.canonical(value text, type text)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format('select $1::%s::text', type::regtype) into value using value;
    return value;
exception when data_exception then
    return null;
end
$function$;
comment on function changelog.canonical(text, text) is 'A text as the type writes it; null where it is none of the type';
