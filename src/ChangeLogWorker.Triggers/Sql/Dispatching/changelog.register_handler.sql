-- changelog.register_handler(handler, stream, from_now): gives a handler its cursor, once; a second call changes
-- nothing. It starts at the beginning of the log, or from now: then everything visible counts as handled.
-- Writes changelog.cursor. Notifies nothing.
create or replace function changelog.register_handler(handler_name text, handler_stream text, from_now boolean)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    -- taken before this transaction has an id, or the snapshot would count it as finished
    beginning pg_snapshot := pg_current_snapshot();
    here changelog.cluster := changelog.known_cluster();
begin
    if exists (select from changelog.cursor c where c.handler = handler_name) then
        return;
    elsif not from_now then
        -- changes from other clusters lie below this one's boundary, and are found by position
        insert into changelog.cursor (handler, stream, last, cluster)
        select handler_name, handler_stream, '1:1:', min(c.number)
        from changelog.cluster c
        on conflict (handler) do nothing;
        return;
    end if;

    if here.number is null then
        perform changelog.adopt_cluster();
        here := changelog.known_cluster();
        beginning := here.boundary_snapshot;
    end if;
    insert into changelog.cursor (handler, stream, last, top, cluster, since, recovered_upto)
    select handler_name, handler_stream, beginning, p.last_value, here.number, here.boundary, (
        select coalesce(max(r.number), 0)
        from changelog.recovered r)
    from lib_event.position p
    on conflict (handler) do nothing;
end
$function$;
