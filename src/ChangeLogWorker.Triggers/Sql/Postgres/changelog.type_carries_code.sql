-- changelog.type_carries_code(type): whether making a value of a type, or of one that it is made of, may run code of
-- somebody who could not act as the current role anyway: the check of a domain, the parts of a composite type or a
-- range. With an enum only a cast would, which nobody needs to use (changelog.typed_value). Writes nothing, notifies
-- nothing.
create or replace function changelog.type_carries_code(type oid)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = force_generic_plan
as $function$
begin
    return (
        with recursive made_of (oid) as (
            select type_carries_code.type
            union
            select r.oid
            from made_of m
            join pg_type y on y.oid = m.oid
            cross join lateral (values (y.typbasetype), (y.typelem)) r (oid)
            where r.oid <> 0
        )
        select exists (
            select
            from made_of m
            join pg_type y on y.oid = m.oid
            join pg_namespace n on n.oid = y.typnamespace
            where n.nspname <> 'pg_catalog'
            and y.typtype in ('c', 'd', 'm', 'r')
            and not (y.typtype = 'd' and not exists (
                select
                from pg_constraint k
                join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = k.oid
                where k.contypid = y.oid
                and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)))
            and not pg_has_role(y.typowner, current_user, 'member')));
end
$function$;
comment on function changelog.type_carries_code(oid) is
    'Whether making a value of a type may run untrusted code';
