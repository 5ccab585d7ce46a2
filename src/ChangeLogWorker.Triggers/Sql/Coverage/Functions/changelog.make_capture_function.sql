-- changelog.make_capture_function(target, source, settings): creates or replaces a table's own row trigger function. It
-- belongs to changelog_capture, and nobody else may execute it, whatever the default privileges: on another table it
-- would log changes that never happened. Caller's rights, which must be those of ChangeLog's owner or a superuser.
-- Writes a function, notifies nothing.
create or replace function changelog.make_capture_function(target oid, source text, settings text[])
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set check_function_bodies = off
as $function$
declare
    made constant text := format('logs.capture_%s()', target);
    holder record;
    is_super constant boolean := (select r.rolsuper from pg_roles r where r.rolname = current_user);
begin
    execute format(
        'create or replace function %s returns trigger language plpgsql security definer%s as %L',
        made,
        (
            select string_agg(
                format(
                    ' set %s = %s',
                    split_part(s.setting, '=', 1),
                    case
                        when s.setting like 'search_path=%' then split_part(s.setting, '=', 2)
                        else quote_literal(split_part(s.setting, '=', 2))
                    end),
                '')
            from unnest(settings) s (setting)),
        source);
    execute format('comment on function %s is %L', made, format('Row trigger of %s', target::regclass));
    if (select p.proowner from pg_proc p where p.oid = to_regprocedure(made))
        <> 'changelog_capture'::regrole
    then
        if not is_super then
            grant create on schema logs to changelog_capture;
        end if;
        execute format('alter function %s owner to changelog_capture', made);
        if not is_super then
            revoke create on schema logs from changelog_capture;
        end if;
    end if;
    for holder in
        select case when a.grantee = 0 then 'public' else quote_ident(a.grantee::regrole::text) end as name
        from pg_proc p
        cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.oid = to_regprocedure(made)
          and a.grantee <> p.proowner
    loop
        execute format('revoke all on function %s from %s cascade', made, holder.name);
    end loop;
end
$function$;
comment on function changelog.make_capture_function(oid, text, text[]) is 'Makes a table''s own row trigger function';
