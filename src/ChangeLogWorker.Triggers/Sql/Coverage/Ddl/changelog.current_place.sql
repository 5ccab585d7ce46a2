-- changelog.current_place(): the current cluster and database, as stored in changelog.seen_trigger.place.
-- Writes nothing, notifies nothing.
create or replace function changelog.current_place()
    returns text
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select format('%s/%s', s.system_identifier, d.oid)
    from pg_control_system() s
    join pg_database d on d.datname = current_database()
$function$;
comment on function changelog.current_place() is 'The current cluster and database';
