-- changelog.is_absent(target, record): whether its table certainly has no such record now; false where the caller may not see all
-- rows of it. Writes nothing, notifies nothing.
create or replace function changelog.is_absent(target oid, record text)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    condition text;
    absent boolean := false;
begin
    if (
        select has_schema_privilege(c.relnamespace, 'usage')
            and has_table_privilege(c.oid, 'select')
            and not row_security_active(c.oid)
        from pg_class c
        where c.oid = target)
    then
        condition := changelog.key_condition(target, '$1');
    end if;
    if condition is not null then
        execute format('select not exists (select from %s r where %s)', target::regclass, condition) into absent using record;
    end if;
    return absent;
end
$function$;
comment on function changelog.is_absent(oid, text) is 'Whether a table certainly has no such record now';
