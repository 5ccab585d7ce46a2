-- changelog.target_tables(target): one table, or if none is given all but internal ones. The functions that decide what
-- a table needs join this: unnest of a parameter is estimated at a few rows, so the session's one cached plan uses
-- indexes for a single table, and takes as many steps as there are tables for all of them. Writes nothing, notifies
-- nothing.
create or replace function changelog.target_tables(target oid)
    returns oid[]
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if target is not null then
        return array[target];
    end if;
    return array(
        select c.oid
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f', 'm')
        and c.relpersistence <> 't'
        and not changelog.is_internal(n.nspname, c.relname));
end
$function$;
comment on function changelog.target_tables(oid) is 'One table, or all but internal ones';
