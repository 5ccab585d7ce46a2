-- changelog.matches_source(function, source, settings): whether a table's own row trigger function is what
-- changelog.make_capture_function would make of this source: text, settings, owner, and who may execute it.
-- Writes nothing, notifies nothing.
create or replace function changelog.matches_source(function text, source text, settings text[])
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select exists (
            select
            from pg_proc p
            where p.oid = to_regprocedure(function || '()')
              and p.prosrc = source
              and p.proconfig is not distinct from settings
              and p.prosecdef
              and p.provolatile = 'v'
              and p.prolang = (select l.oid from pg_language l where l.lanname = 'plpgsql')
              and p.proowner = to_regrole('changelog_capture')
              and not exists (
                  select
                  from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                  where a.grantee <> p.proowner)));
end
$function$;
comment on function changelog.matches_source(text, text, text[]) is
    'Whether a table''s own row trigger function is up to date';
