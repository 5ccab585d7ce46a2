-- logs.parse_timestamptz(text): an ISO timestamp or date as timestamptz, UTC if it has no zone; anything else,
-- including the 30th of February, now and infinity, is null. No exception block: readers may run it in parallel.
-- Writes nothing, notifies nothing, never fails.
create or replace function logs.parse_timestamptz(value text)
    returns timestamptz
    language sql
    immutable
    strict
    parallel safe
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
as $function$
    select case
        when value !~ (
            '^[0-9]{4,6}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
            || '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,20})?)?'
            || ' ?(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9](:[0-5][0-9])?)?)?)?$')
            then null
        when d.year not between 1 and 294275
            or d.day > case
                when d.month in (4, 6, 9, 11) then 30
                when d.month <> 2 then 31
                when d.year % 4 = 0 and (d.year % 100 <> 0 or d.year % 400 = 0) then 29
                else 28
            end
            then null
        else value::timestamptz
    end
    from (
        select
            substring(value from '^([0-9]{4,6})-')::integer as year,
            substring(value from '^[0-9]{4,6}-([0-9]{2})')::integer as month,
            substring(value from '^[0-9]{4,6}-[0-9]{2}-([0-9]{2})')::integer as day) d
$function$;
comment on function logs.parse_timestamptz(text) is 'ISO text as timestamptz (no zone: UTC), anything else null';
