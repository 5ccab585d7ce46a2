-- changelog.shown_setting(key, value): a value of changelog.capture_setting as text for people.
-- Writes nothing, notifies nothing.
create or replace function changelog.shown_setting(key text, value jsonb)
    returns text
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when key = 'schemas' and jsonb_typeof(value) = 'array' then
            (select string_agg(s.name, ', ' order by s.place)
             from jsonb_array_elements_text(value) with ordinality s (name, place))
        when key = 'schemas' then 'all'
        when key = 'users_table' then coalesce(value #>> '{}', 'none')
        else value #>> '{}'
    end
$function$;
comment on function changelog.shown_setting(text, jsonb) is 'A value of changelog.capture_setting as text for people';
