-- changelog.boundary(): the position up to which the log may come from another cluster, where tables had other oids:
-- such changes are matched by table name. Until a restored log is adopted that is all of it. In PL/pgSQL, which caches
-- the plan.
-- Writes nothing, notifies nothing.
create or replace function changelog.boundary()
    returns bigint
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return coalesce((changelog.known_cluster()).boundary, 9223372036854775807);
end
$function$;
comment on function changelog.boundary() is 'The position up to which oids in the log may be those of another cluster';
