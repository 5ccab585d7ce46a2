-- changelog.is_absent(target, record): whether the table certainly has no such record; false if the caller may not see
-- all its rows. A superuser does not read a table of an untrusted owner with his own rights: that owner's code would
-- run with them. Whatever ran is rolled back. Writes nothing, notifies nothing.
create or replace function changelog.is_absent(target oid, record text)
    returns boolean
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
as $function$
declare
    condition text;
    keys record;
    lent text;
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
    if condition is null then
        return false;
    end if;
    begin
        if changelog.reads_as_itself(target) then
            execute format('select not exists (select from %s r where %s)', target::regclass, condition)
            into absent using record;
        else
            keys := changelog.lookup_condition(target);
            if keys.columns is not null then
                execute format('select %s from (select $1 as id) i', keys.known) into absent using record;
            end if;
            if absent then
                lent := changelog.lend_to_owner(target, 'text', 'boolean', format(
                    'select not exists (select from %s r cross join (select $1 as id) i where %s)',
                    target::regclass, keys.same));
                absent := false;
            end if;
            if lent is not null then
                execute format('select %s($1)', lent) into absent using record;
            end if;
        end if;
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
    return coalesce(absent, false);
end
$function$;
comment on function changelog.is_absent(oid, text) is 'Whether a table certainly has no such record now';
