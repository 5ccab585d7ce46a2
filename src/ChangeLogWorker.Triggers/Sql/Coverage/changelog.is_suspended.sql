-- changelog.is_suspended(target): whether a table's capture was suspended together with all its other triggers
-- (changelog.suspend) and has not been enabled since. Finds our triggers by name, whatever function they call.
-- Writes nothing, notifies nothing.
create or replace function changelog.is_suspended(target oid)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    -- almost always empty, and asked for every table
    if not exists (select from changelog.suspension s where s.table_oid = target) then
        return false;
    end if;
    return coalesce((
        select bool_and(g.tgenabled = 'D')
        from pg_trigger g
        where g.tgrelid = target
        and starts_with(g.tgname, '!changelog_')), false);
end
$function$;
comment on function changelog.is_suspended(oid) is
    'Whether a table''s triggers were all disabled by a restore, and still are';
