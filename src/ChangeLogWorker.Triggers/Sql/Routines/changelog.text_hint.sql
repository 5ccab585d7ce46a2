-- changelog.text_hint(hint): a regular expression that any JSON with certain keys matches, also where it is kept as text because
-- jsonb cannot hold it: such a text may write a letter as its number. Writes nothing, notifies nothing.
create or replace function changelog.text_hint(hint text)
    returns text
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
    select hint || '|' || repeat(chr(92), 2) || 'u00[2-7]'
$function$;
