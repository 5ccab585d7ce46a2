-- changelog.make_capture_function(target): makes a table's own row trigger function as changelog.desired_trigger has
-- it, or makes it anew: changelog_capture's, and nobody else may execute it, whatever the default privileges say: on a
-- table of its own it would log what never was. With the owner's rights: who may reconcile a table may call it. Writes
-- a function, notifies nothing.
create or replace function changelog.make_capture_function(target oid)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    made record;
    holder record;
    is_super constant boolean := (select r.rolsuper from pg_roles r where r.rolname = current_user);
begin
    select d.function, d.source, d.settings, format('%I.%I', n.nspname, c.relname) as named
    into made
    from changelog.desired_trigger(target) d
    join pg_class c on c.oid = target
    join pg_namespace n on n.oid = c.relnamespace
    where d.source is not null;
    if not found then
        return;
    end if;
    execute format(
        'create or replace function %s() returns trigger language plpgsql security definer%s as %L',
        made.function,
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
            from unnest(made.settings) s (setting)),
        made.source);
    execute format('comment on function %s() is %L', made.function, 'Row trigger of ' || made.named);
    if (select p.proowner from pg_proc p where p.oid = to_regprocedure(made.function || '()'))
        <> 'changelog_capture'::regrole
    then
        if not is_super then
            grant create on schema logs to changelog_capture;
        end if;
        execute format('alter function %s() owner to changelog_capture', made.function);
        if not is_super then
            revoke create on schema logs from changelog_capture;
        end if;
    end if;
    for holder in
        select case when a.grantee = 0 then 'public' else quote_ident(a.grantee::regrole::text) end as name
        from pg_proc p
        cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.oid = to_regprocedure(made.function || '()')
          and a.grantee <> p.proowner
    loop
        execute format('revoke all on function %s() from %s cascade', made.function, holder.name);
    end loop;
end
$function$;
comment on function changelog.make_capture_function(oid) is 'Makes a table''s own row trigger function';
