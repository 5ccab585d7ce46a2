-- logs.parse_bigint(text): a whole number within bigint, anything else null.
-- Writes nothing, notifies nothing, never fails.
create or replace function logs.parse_bigint(value text)
    returns bigint
    language sql
    immutable
    strict
    parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when value !~ '^-?[0-9]{1,19}$' then null
        when value::numeric between -9223372036854775808 and 9223372036854775807 then value::bigint
    end
$function$;
comment on function logs.parse_bigint(text) is 'A whole number as bigint, anything else null';
