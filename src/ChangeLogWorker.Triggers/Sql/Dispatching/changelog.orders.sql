-- changelog.orders(): what platform.feature_flags and platform.global_settings tell the workers: handlers that are
-- stopped, settings that are given (with their value if it is a number; no other can be followed), and flags that are
-- off under a name of ours that stops nothing. Called at each look, so in PL/pgSQL, which caches the plan. Owner's
-- rights: the worker may not read the settings themselves, some of which are secrets.
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
