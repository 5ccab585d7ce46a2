-- changelog.orders(): what platform.feature_flags and platform.global_settings order of the workers: each handler that
-- is stopped, each setting that is given, with its value where that is a number, for no other can be followed, and each
-- flag that is off under a name of ours which can stop nothing.
-- Asked at each look: in PL/pgSQL, which keeps the plan. Rights of the owner: the worker may not read the settings
-- themselves, of which some are secrets.
-- Writes nothing, notifies nothing.
create or replace function changelog.orders()
    returns table (stopped_handler text, setting text, value jsonb, flag text)
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return query
    select
        case when f.key like 'changelog.handler.%' then substr(f.key, length('changelog.handler.') + 1) end,
        null::text,
        null::jsonb,
        case when f.key not like 'changelog.handler.%' then f.key::text end
    from platform.feature_flags f
    where f.key like 'changelog.%'
    and f.deleted_at is null
    and not platform.feature_enabled(f.key)
    union all
    select null, s.key::text, case when jsonb_typeof(s.value) = 'number' then s.value end, null
    from platform.global_settings s
    where s.key like 'changelog.%'
    and s.deleted_at is null;
end
$function$;
comment on function changelog.orders() is
    'Handlers that are stopped, settings that are given: what a running worker does at once';
