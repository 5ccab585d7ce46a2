-- changelog.reads_as_itself(target): whether the current role may read a table with its own rights, as anyone who
-- selects from it does: a superuser who reads a table of an untrusted owner would run that owner's code as superuser.
-- Writes nothing, notifies nothing.
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
comment on function changelog.reads_as_itself(oid) is 'Whether the current role may read a table with its own rights';
