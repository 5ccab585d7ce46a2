-- changelog.text_hint(hint): a regular expression that any JSON with certain keys matches, also where it is kept as
-- text because jsonb cannot hold it: such a text may write a letter as its number, and that of another type names no
-- keys (logs.redact_json looks at it). Inlined. Writes nothing, notifies nothing.
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
