-- logs.normalized_text(value): a value's text under the default settings, for logs.normalized_key. Only for types of
-- pg_catalog: uses their output function, not a cast. Writes nothing, notifies nothing.
create or replace function logs.normalized_text(value anyelement)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set quote_all_identifiers = off
    set lc_monetary = 'C'
as $function$
    select format('%s', value)
$function$;
comment on function logs.normalized_text(anyelement) is 'A value''s text under the default settings';
