-- changelog.keep_shared: protects shared schemas, whose owner could drop ChangeLog's objects, or add an overload that
-- is called in place of one of ours, with the caller's rights. Only superusers and members of ChangeLog's owner may do
-- so; everything else in such a schema is allowed. Created by Grants/06_shared_schemas.sql, only if a schema is shared.
-- Writes nothing, notifies nothing.
create or replace function changelog.keep_shared()
    returns event_trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    refused text;
begin
    -- a table's own function is created and dropped along with the table, by whoever does that
    if current_setting('changelog.reconciling', true) not in ('', 'off')
        and current_setting('changelog.reconciling', true) = changelog.reconciling_mark()
    then
        return;
    end if;
    if exists (
        select
        from pg_roles r
        where r.rolname = session_user
        and (r.rolsuper or pg_has_role(r.oid, current_user, 'member')))
    then
        return;
    end if;
    if tg_event = 'sql_drop' then
        select d.object_identity
        into refused
        from pg_event_trigger_dropped_objects() d
        join changelog.installation i on d.schema_name = any (i.shared_schemas)
        where d.object_type in ('table', 'view', 'sequence')
        and changelog.is_own(d.schema_name::name, d.object_name::name)
        or d.object_type in ('function', 'procedure', 'aggregate')
        and exists (
            select
            from changelog.script s
            where s.name = format('Routines/%s.%s.sql', d.address_names[1], d.address_names[2]))
        order by d.object_identity
        limit 1;
    else
        select p.oid::regprocedure::text
        into refused
        from pg_event_trigger_ddl_commands() c
        join pg_proc p on c.classid = 'pg_proc'::regclass and p.oid = c.objid
        join changelog.own_objects() o on o.objid = p.oid and o.kind = 'f'
        join changelog.installation i on o.schema = any (i.shared_schemas)
        limit 1;
        if refused is null then
            select s.name
            into refused
            from changelog.installation i
            cross join unnest(i.shared_schemas) s (name)
            where to_regnamespace(quote_ident(s.name)) is null
            limit 1;
        end if;
    end if;
    if refused is not null then
        raise exception 'ChangeLog needs %: % is refused', refused, tg_tag
            using errcode = 'insufficient_privilege',
                hint = 'To remove it: changelog uninstall';
    end if;
end
$function$;
comment on function changelog.keep_shared() is
    'Keeps the owner of a shared schema from replacing ChangeLog''s objects in it';
