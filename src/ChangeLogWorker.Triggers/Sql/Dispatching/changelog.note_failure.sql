-- changelog.note_failure(handler, paused, kind, position, error, error_type): records why a handler makes no progress,
-- for status. Failures from before the cursor last moved are dropped first.
-- Writes changelog.handler_failure. Notifies nothing.
create or replace function changelog.note_failure(
    handler_name text,
    paused boolean,
    entry_kind text,
    entry_position bigint,
    failure_error text,
    failure_type text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    delete from changelog.handler_failure f
    using changelog.cursor c
    where f.handler = handler_name
    and c.handler = handler_name
    and f.failed_at <= c.updated_at;

    insert into changelog.handler_failure as f (
        handler, failing_since, failed_at, paused_since, kind, position, error, error_type)
    values (
        handler_name,
        clock_timestamp(),
        clock_timestamp(),
        case when paused then clock_timestamp() end,
        entry_kind,
        entry_position,
        failure_error,
        failure_type)
    on conflict (handler) do update
    set failed_at = excluded.failed_at,
        paused_since = coalesce(f.paused_since, excluded.paused_since),
        kind = excluded.kind,
        position = excluded.position,
        error = excluded.error,
        error_type = excluded.error_type;
end
$function$;
