-- changelog.drop_capture_functions(tables): drops the row trigger functions of these tables, or of all, that no trigger
-- calls any more: those of dropped tables, and of tables that now need logs.capture_row_change. Security definer, for
-- the worker. Drops functions, notifies nothing.
create or replace function changelog.drop_capture_functions(tables oid[] default null)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    unused regprocedure;
begin
    for unused in
        select p.oid
        from pg_proc p
        where (tables is null and p.proname ~ '^capture_[0-9]+$'
               or p.proname = any (array(select 'capture_' || t.oid from unnest(tables) t (oid))))
          and p.pronamespace = 'logs'::regnamespace
          and p.prorettype = 'trigger'::regtype
          and not exists (select from pg_trigger g where g.tgfoid = p.oid)
    loop
        begin
            execute format('drop function %s', unused);
        exception when others then
            null; -- another session was faster, or has just made a trigger of it
        end;
    end loop;
end
$function$;
comment on function changelog.drop_capture_functions(oid[]) is 'Drops the row trigger functions that no trigger calls';
