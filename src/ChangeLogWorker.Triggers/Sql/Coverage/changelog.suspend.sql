-- changelog.suspend(target, by_superuser): leaves a table's triggers disabled if all of its triggers are and a
-- superuser disabled them, as pg_dump's --disable-triggers does around the rows of a table: enabled again, ours would
-- log the restored rows. Without event triggers the foreign keys' triggers tell, which only a superuser may disable.
-- Shown by a notice, an event, the coverage and status. Also notes what has been enabled again.
-- Writes changelog.suspension, lib_event.event. Notifies lib_event.created.
create or replace function changelog.suspend(target oid, by_superuser boolean)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    ended record;
    who text;
begin
    for ended in
        delete from changelog.suspension s
        where not changelog.is_suspended(s.table_oid)
        returning s.table_oid, s.table_schema, s.table_name, s.since
    loop
        perform lib_event.store('changelog.capture.resumed', jsonb_build_object(
            'db_user', session_user,
            'table', ended.table_schema || '.' || ended.table_name,
            'suspended_at', ended.since));
    end loop;
    if not exists (
        select
        from pg_trigger g
        where g.tgrelid = target
        having bool_and(g.tgenabled = 'D')
        and bool_or(starts_with(g.tgname, '!changelog_'))
        and (by_superuser or bool_or(g.tgisinternal and not starts_with(g.tgname, '!changelog_'))))
        or not exists (select from changelog.tables(target) t where t.captured)
    then
        return;
    end if;
    who := case when by_superuser then session_user end;
    insert into changelog.suspension as s (table_oid, table_schema, table_name, db_user)
    select c.oid, n.nspname, c.relname, who
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = target
    on conflict (table_oid) do nothing
    returning s.table_schema, s.table_name into ended.table_schema, ended.table_name;
    if not found then
        return;
    end if;
    perform lib_event.store('changelog.capture.suspended', jsonb_strip_nulls(jsonb_build_object(
        'db_user', who, 'table', ended.table_schema || '.' || ended.table_name)));
    raise notice 'ChangeLog does not capture %.%: all of its triggers were disabled',
        ended.table_schema, ended.table_name
        using hint = format(
            'To capture it again: alter table %I.%I enable trigger all', ended.table_schema, ended.table_name);
end
$function$;
comment on function changelog.suspend(oid, boolean) is
    'Leaves a table''s triggers disabled if all of them were';
