-- changelog.reads_as_itself(target): whether the current role reads a table with rights of its own, as anyone who
-- selects from it does: what a superuser reads of a table whose owner is not trusted would run that owner's code as
-- superuser. Writes nothing, notifies nothing.
create or replace function changelog.reads_as_itself(target oid)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select not r.rolsuper or changelog.is_trusted(target)
    from pg_roles r
    where r.rolname = current_user
$function$;
comment on function changelog.reads_as_itself(oid) is 'Whether the current role reads a table with rights of its own';
