-- changelog.lend_to_owner(target, parameters, result, query): wraps a query into a function that runs with the rights
-- of a table's owner, and returns its name; null if the current role may not. The caller must roll its block back: that
-- drops the function before anyone else can see it, along with anything the application's code left behind, in the
-- session too (search_path).
-- Writes the function. Notifies nothing.
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
    'Wraps a query into a function that runs with the rights of a table''s owner; to be rolled back';
