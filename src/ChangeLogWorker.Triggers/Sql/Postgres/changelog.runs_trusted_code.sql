-- changelog.runs_trusted_code(target): whether writing a table runs no code but of those who may act as the current
-- role anyway: its owner is trusted (changelog.is_trusted), and so are those of the functions that its triggers call.
-- Writes nothing, notifies nothing.
create or replace function changelog.runs_trusted_code(target oid)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select changelog.is_trusted(target) and not exists (
        select
        from pg_trigger g
        join pg_proc p on p.oid = g.tgfoid
        where g.tgrelid = target
        and not g.tgisinternal
        and p.proowner <> coalesce(to_regrole('changelog_capture')::oid, 0)
        and not pg_has_role(p.proowner, current_user, 'member'))
$function$;
comment on function changelog.runs_trusted_code(oid) is
    'Whether writing a table runs only trusted code';
