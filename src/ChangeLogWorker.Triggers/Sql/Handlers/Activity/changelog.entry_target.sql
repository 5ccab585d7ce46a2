-- changelog.entry_target(resource): the table that an application's own entry in platform.audit_logs is about, named as
-- in a linked_table or in any other form that SQL accepts. Null: none, or several. Writes nothing, notifies nothing.
create or replace function changelog.entry_target(resource text)
    returns oid
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    target oid := changelog.link_target(resource);
begin
    return coalesce(target, changelog.link_target(array_to_string(parse_ident(resource), '.')));
exception when invalid_parameter_value then
    -- not a name
    return target;
end
$function$;
comment on function changelog.entry_target(text) is
    'The table that an application''s own audit entry is about; null: none, or several';
