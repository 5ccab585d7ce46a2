-- changelog.context_headers(): the context as the headers that an event inherits, a JSON object.
-- Writes nothing, notifies nothing.
create or replace function changelog.context_headers()
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(changelog.current_context())
    where key in ('actor_id', 'ip_address', 'user_agent', 'request_id')
    and value <> 'null'
$function$;
