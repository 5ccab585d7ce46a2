-- changelog.key_treatment(target, key, redacted): argument 12 of a table's row trigger (logs.write_change): what is
-- done to a key before it stands in record_id. Empty for nothing, as for nearly all; an array of redacted columns;
-- or, where text of a type goes by settings that capture does not pin, = and {"column": "type"}, followed by such an
-- array. Writes nothing, notifies nothing.
create or replace function changelog.key_treatment(target oid, key text[], redacted text[])
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with unsettled as (
        select jsonb_object_agg(a.attname, changelog.base_type(a.atttypid, -1))::text as types
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        where a.attrelid = target
        and a.attname = any (key)
        and (t.typtype = 'd' or t.typname ~ '^(reg|money)')
        -- quote_all_identifiers, lc_monetary
        and changelog.base_type(a.atttypid, -1) in (
            'regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
            'regproc', 'regprocedure', 'regrole', 'regtype', 'money')
    )
    select coalesce('=' || u.types || chr(10), '') || case when redacted = '{}' then '' else redacted::text end
    from unsettled u
$function$;
comment on function changelog.key_treatment(oid, text[], text[]) is
    'What a row trigger does to a key before it stands in record_id';
