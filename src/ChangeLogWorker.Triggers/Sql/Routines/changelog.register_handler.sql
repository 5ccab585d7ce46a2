-- changelog.register_handler(handler, stream, from_now): gives a handler its cursor, once; a second call changes nothing.
-- From the start of the log, or from now: then all that is visible counts as handled.
-- Writes changelog.cursor and changelog.recovered_handled. Notifies nothing.
create or replace function changelog.register_handler(handler_name text, handler_stream text, from_now boolean)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- before this transaction has an id, or it would count itself as finished
    beginning pg_snapshot := case when from_now then pg_current_snapshot() else '1:1:' end;
begin
    insert into changelog.cursor (handler, stream, last)
    values (handler_name, handler_stream, beginning)
    on conflict (handler) do nothing;
    if found and from_now then
        insert into changelog.recovered_handled (handler, xid)
        select handler_name, r.xid
        from changelog.recovered r;
    end if;
end
$function$;
