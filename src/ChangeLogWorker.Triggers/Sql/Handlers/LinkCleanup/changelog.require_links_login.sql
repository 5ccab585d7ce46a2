-- changelog.require_links_login(link_table): refuses to touch a table of the application in a session with more rights
-- than clearing links requires: the table's triggers, casts, policies and indexes would run with them.
-- Writes nothing, notifies nothing.
create or replace function changelog.require_links_login(link_table oid)
    returns void
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    problem text;
begin
    if not changelog.is_own_table(link_table) then
        problem := changelog.links_login_problem();
        if problem is not null then
            raise exception '%', problem
            using errcode = 'insufficient_privilege';
        end if;
    end if;
end
$function$;
comment on function changelog.require_links_login(oid) is
    'Refuses to touch a table of the application in a session with more rights';
