-- changelog.runtime_settings(): the flags and settings in the database that running workers apply: stopped handlers,
-- overridden settings (the value only if it is a number), and flags under changelog.* that match no handler. PL/pgSQL
-- caches the plan, as each look calls this. Security definer: the worker must not read the settings themselves, some
-- of which are secrets.
-- Writes nothing, notifies nothing.
create or replace function changelog.runtime_settings()
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
comment on function changelog.runtime_settings() is
    'Stopped handlers and overridden settings, which running workers apply at once';
