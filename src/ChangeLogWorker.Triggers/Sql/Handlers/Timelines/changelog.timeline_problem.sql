-- changelog.timeline_problem(timeline): why the current role must not write entries of a timeline, and what to do, as a
-- sentence; null if it may. The code of an untrusted owner, of the timeline's table or of the type of the root's key,
-- would run with its rights. Locks the table against new triggers and indexes until the transaction ends.
-- Writes nothing, notifies nothing.
create or replace function changelog.timeline_problem(timeline_name text)
    returns text
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = force_generic_plan
as $function$
declare
    t changelog.timeline;
    target regclass;
    key record;
begin
    select * into strict t from changelog.timeline l where l.name = timeline_name;
    -- a cast from or to it may be created at any time, so a superuser accepts nobody else's type
    select y.oid::regtype as name, y.typowner::regrole as owner,
        changelog.type_carries_code(y.oid)
        or exists (
            select
            from pg_cast c
            join pg_proc f on f.oid = c.castfunc
            where c.casttarget = y.oid
            and not pg_has_role(f.proowner, current_user, 'member'))
        or (select r.rolsuper from pg_roles r where r.rolname = current_user)
            and y.typnamespace <> 'pg_catalog'::regnamespace
            and not pg_has_role(y.typowner, current_user, 'member') as runs_code
    into key
    from pg_attribute a
    join pg_type y on y.oid = a.atttypid
    where a.attrelid = to_regclass(format('%I.%I', t.root_schema, t.root_table))
    and a.attname = t.root_key;
    if key.runs_code then
        return format(
            'the timeline %s is left alone: the key of its root %I.%I is of type %s, '
            'whose owner %s could have code run '
            'with the rights of %I. Let a superuser own the type, or let a login of that owner''s run the worker',
            t.name, t.root_schema, t.root_table, key.name, key.owner, current_user);
    end if;

    target := to_regclass(format('%I.%I', t.table_schema, t.table_name));
    if target is null or changelog.is_trusted(target) then
        return null;
    end if;
    if has_table_privilege(target, 'insert') then
        execute format('lock table %s in row exclusive mode', target);
    end if;
    if changelog.carries_code(target) then
        return format(
            'the timeline %s is left alone: its table %s runs code '
            '(a trigger, rule, default, check, policy, index, type, '
            'or one of a table that it refers to) that is not ChangeLog''s, '
            'and would run with the rights of %I. Remove that code, '
            'or set another Table',
            t.name, target, current_user);
    end if;
    return null;
end
$function$;
comment on function changelog.timeline_problem(text) is
    'Why the current role must not write entries of a timeline; null if it may';
