-- What everyone may do: set a context, create an event, make a partition of a logged table; nothing else. Functions are
-- open to PUBLIC when made: closed here, in the transaction that makes them, whatever the default privileges of the
-- database. A schema that is the application's too keeps its own privileges, and its other objects theirs.
do $grants$
declare
    routine record;
    ours constant text[] := array['logs', 'lib_event', 'lib_events', 'changelog', 'platform'];
    open constant text[] := array['lib_event', 'lib_events', 'changelog'];
    own record;
begin
    for own in
        select s.name
        from unnest(ours) s (name)
        cross join changelog.installation i
        where s.name <> all (i.shared_schemas)
    loop
        execute pg_catalog.format('revoke all on schema %I from public', own.name);
        if own.name = any (open) then
            execute pg_catalog.format('grant usage on schema %I to public', own.name);
        end if;
    end loop;
    execute pg_catalog.format('revoke all on table %s from public', changelog.own_list('table', ours));
    execute pg_catalog.format('revoke all on sequence %s from public', changelog.own_list('sequence', ours));
    execute pg_catalog.format('revoke all on routine %s from public', changelog.own_list('routine', ours));

    -- revoke what an earlier version granted
    for routine in
        select p.oid::regprocedure as name
        from changelog.own_objects() o
        join pg_catalog.pg_proc p on p.oid = o.objid
        cross join pg_catalog.aclexplode(p.proacl) a
        where o.kind = 'f'
          and o.schema in ('logs', 'lib_event', 'changelog')
          and p.proowner <> 'changelog_capture'::regrole
          and (p.prosecdef or p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype))
          and p.oid <> all (
              array['logs.redaction_hash(text)', 'changelog.raise_positions()', 'changelog.expect_restore()']
                  ::regprocedure[])
          and a.grantee = 'changelog_capture'::regrole
    loop
        execute pg_catalog.format('revoke all on function %s from changelog_capture', routine.name);
    end loop;

    -- functions that capture calls run with capture's rights: they are not security definer
    for routine in
        select p.oid::regprocedure as name
        from changelog.own_objects() o
        join pg_catalog.pg_proc p on p.oid = o.objid
        where o.kind = 'f'
          and o.schema in ('logs', 'lib_event', 'changelog')
          and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
          and not p.prosecdef
          and p.proowner <> 'changelog_capture'::regrole
    loop
        execute pg_catalog.format('grant execute on function %s to changelog_capture', routine.name);
    end loop;

    -- to use the hashing key, not to read it
    grant execute on function logs.redaction_hash(text) to changelog_capture;
    -- to draw above restored positions; where a cast runs, nothing is written
    grant execute on function changelog.raise_positions(), changelog.expect_restore() to changelog_capture;

    -- last, so that the privileges are in the same order after every install
    for routine in
        select p.oid::regprocedure as name
        from pg_catalog.pg_proc p
        where (p.pronamespace::regnamespace::text, p.proname::text) in (
            ('changelog', 'set_context'), ('lib_event', 'create'), ('lib_events', 'create'),
            -- PostgreSQL requires it of whoever creates a partition
            ('logs', 'capture_partition_change'))
    loop
        execute pg_catalog.format('grant execute on function %s to public', routine.name);
    end loop;
end
$grants$;
