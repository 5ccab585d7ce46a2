-- logs.is_json(value): whether a text is JSON, even if jsonb cannot hold it. Writes nothing, notifies nothing.
create or replace function logs.is_json(value text)
    returns boolean
    language plpgsql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return value::json is not null;
exception when others then
    return false;
end
$function$;
comment on function logs.is_json(text) is 'Whether a text is JSON';
