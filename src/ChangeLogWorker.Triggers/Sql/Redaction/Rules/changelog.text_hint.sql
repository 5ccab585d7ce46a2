-- changelog.text_hint(hint): a regular expression that matches any JSON with certain keys, even JSON kept as text
-- because jsonb cannot hold it: such a text may write a letter as an escape, and text of another type has no keys at
-- all (logs.redact_json handles that). Inlined. Writes nothing, notifies nothing.
create or replace function changelog.text_hint(hint text)
    returns text
    language sql
    immutable
    parallel safe
as $function$
    select hint
        operator(pg_catalog.||) '|'
        operator(pg_catalog.||) pg_catalog.repeat(pg_catalog.chr(92), 2)
        operator(pg_catalog.||) 'u00[2-7]|"changelog:text"'
$function$;
