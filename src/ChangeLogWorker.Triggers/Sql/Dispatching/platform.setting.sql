-- platform.setting(key): a setting's value; null where there is none or it is deleted. A secret is "[redacted]" for
-- whoever may not read platform.global_settings. Writes nothing, notifies nothing.
create or replace function platform.setting(key text)
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select s.value
    from platform.settings s
    where s.key = setting.key
$function$;
comment on function platform.setting(text) is 'A setting''s value, masked if it is secret';
