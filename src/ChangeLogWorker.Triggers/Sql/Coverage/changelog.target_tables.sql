-- changelog.target_tables(target): that table alone, or, where none is named, all that could be meant. The functions
-- that decide what a table needs go through its result: unnest of a parameter is planned for a few rows, so that the
-- one plan which a session keeps finds one table by indexes, and all of them in as many steps. Writes nothing, notifies
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
        where c.relkind in ('r', 'p', 'f', 'm')
        and c.relpersistence <> 't');
end
$function$;
comment on function changelog.target_tables(oid) is 'One table, or all';
