-- changelog.start_redaction(): the guards let the current transaction take raw values out of what is recorded; the
-- handlers, those too that are new, stand still until it ends: one that had read a raw value could derive from it
-- afterwards. What a handler that is failing says of it may quote a value, and is said again at its next try.
-- Writes changelog.handler_failure, the setting changelog.redacting. Notifies nothing.
create or replace function changelog.start_redaction()
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    lock table changelog.cursor in exclusive mode;
    perform set_config('changelog.redacting', pg_current_xact_id()::text, true);
    update changelog.handler_failure f
    set error = f.error_type
    where f.error <> f.error_type;
end
$function$;
comment on function changelog.start_redaction() is
    'Lets the current transaction rewrite what is recorded, and holds up the handlers';
