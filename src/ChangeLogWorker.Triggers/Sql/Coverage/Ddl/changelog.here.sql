-- changelog.here(): the cluster and the database, as changelog.seen_trigger.place names them.
-- Writes nothing, notifies nothing.
create or replace function changelog.here()
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
comment on function changelog.here() is 'The cluster and the database';
