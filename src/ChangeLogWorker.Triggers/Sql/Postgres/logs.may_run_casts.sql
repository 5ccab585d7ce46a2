-- logs.may_run_casts(): whether any type has a cast to json that is not a superuser's: to_jsonb would run it, and
-- before PostgreSQL 16 it can end the transaction's read-only mode (RESET transaction_read_only); then all its effects
-- are rolled back. Almost no database has such a cast, so most rows pay for just one catalog look-up.
-- Writes nothing, notifies nothing.
create or replace function logs.may_run_casts()
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    -- by the index: the server's own types come first
    if not exists (select from pg_cast c where c.castsource >= 16384) then
        return false;
    end if;
    return exists (
        select
        from pg_cast c
        join pg_proc p on p.oid = c.castfunc
        join pg_roles r on r.oid = p.proowner
        where c.castsource >= 16384
        and not r.rolsuper);
end
$function$;
comment on function logs.may_run_casts() is 'Whether any type has a cast to json that is not a superuser''s';
