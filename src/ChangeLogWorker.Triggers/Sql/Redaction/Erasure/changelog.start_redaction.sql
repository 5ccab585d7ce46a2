-- changelog.start_redaction(): lets the current transaction rewrite the log past its guards, and blocks all handlers,
-- new ones too, until it ends: a handler that had read a raw value could derive from it afterwards. Error texts of
-- failing handlers may quote a value and are dropped; the next attempt sets them again.
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
    'Lets the current transaction rewrite the log, and blocks the handlers';
