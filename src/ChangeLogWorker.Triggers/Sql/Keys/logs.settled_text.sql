-- logs.settled_text(value): a value's text under the default settings, for logs.settled_key. Only for pg_catalog's
-- types: it is their output, not a cast. Writes nothing, notifies nothing.
create or replace function logs.settled_text(value anyelement)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set quote_all_identifiers = off
    set lc_monetary = 'C'
as $function$
    select format('%s', value)
$function$;
comment on function logs.settled_text(anyelement) is 'A value''s text under the usual settings';
