-- changelog.lend_to_owner(target, parameters, result, query): makes a function of a query that runs it with the rights
-- of the owner of a table, and returns its name; null where the current role may not. Whoever calls it does so in a
-- block that is rolled back in any case: that takes the function away before anyone else can see it, and with it
-- whatever code of the application left behind, in the session as well (search_path). Writes the function. Notifies
-- nothing.
create or replace function changelog.lend_to_owner(target oid, parameters text, result text, query text)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set check_function_bodies = off
as $function$
declare
    owner regrole := (select c.relowner from pg_class c where c.oid = target);
    name text := format('changelog.lent_%s', target);
begin
    if current_setting('transaction_read_only') = 'on'
        or not (select r.rolsuper from pg_roles r where r.rolname = current_user)
    then
        return null;
    end if;
    execute format(
        'create function %s(%s) returns %s language sql volatile security definer '
        || 'set search_path = pg_catalog, pg_temp set row_security = off set jit = off as %L',
        name, parameters, result, query);
    execute format('alter function %s(%s) owner to %s', name, parameters, owner);
    return name;
end
$function$;
comment on function changelog.lend_to_owner(oid, text, text, text) is
    'Makes a function of a query that runs with the rights of a table''s owner; to be rolled back';
