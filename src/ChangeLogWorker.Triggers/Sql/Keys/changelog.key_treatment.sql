-- changelog.key_treatment(target, key, redacted): argument 12 of a table's row trigger (logs.write_change): how a key
-- is treated before it becomes the record_id. Empty for nearly all; an array of redacted columns; or, if a type's text
-- depends on settings that capture does not pin, = and {"column": "type"}, followed by such an array.
-- Writes nothing, notifies nothing.
create or replace function changelog.key_treatment(target oid, key text[], redacted text[])
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    unsettled text;
begin
    -- almost no key has such a column, and each DDL asks
    if exists (
        select
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        where a.attrelid = target
        and a.attname = any (key)
        and (t.typtype = 'd' or t.typname ~ '^(reg|money)'))
    then
        -- quote_all_identifiers, lc_monetary
        select jsonb_object_agg(a.attname, b.type)
        into unsettled
        from pg_attribute a
        cross join changelog.base_type(a.atttypid, -1) b (type)
        where a.attrelid = target
        and a.attname = any (key)
        and b.type in (
            'regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
            'regproc', 'regprocedure', 'regrole', 'regtype', 'money');
    end if;
    return coalesce('=' || unsettled || chr(10), '') || case when redacted = '{}' then '' else redacted::text end;
end
$function$;
comment on function changelog.key_treatment(oid, text[], text[]) is
    'How a row trigger treats a key before it becomes the record_id';
