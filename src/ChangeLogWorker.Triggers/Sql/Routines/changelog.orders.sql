-- changelog.orders(): what platform.feature_flags and platform.global_settings order of the workers: each handler that is
-- stopped, each setting that is given. Asked at each look: in PL/pgSQL, which keeps the plan.
-- Writes nothing, notifies nothing.
create or replace function changelog.orders()
    returns table (stopped_handler text, setting text, value jsonb)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return query
    select substr(f.key, length('changelog.handler.') + 1), null::text, null::jsonb
    from platform.feature_flags f
    where f.key like 'changelog.%'
    and f.key like 'changelog.handler.%'
    and f.deleted_at is null
    and not platform.feature_enabled(f.key)
    union all
    select null, s.key::text, s.value
    from platform.global_settings s
    where s.key like 'changelog.%'
    and s.deleted_at is null;
end
$function$;
comment on function changelog.orders() is 'Handlers that are stopped, settings that are given: what a running worker does at once';
