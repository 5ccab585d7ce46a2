-- What everyone may do: set a context, create an event, make a partition of a logged table; nothing else. Functions are open to PUBLIC when made: closed
-- here, in the transaction that makes them, whatever the default privileges of the database.
revoke all on schema logs, lib_event, lib_events, changelog, platform from public;
revoke all on all tables in schema logs, lib_event, lib_events, changelog, platform from public;
revoke all on all sequences in schema logs, lib_event, lib_events, changelog, platform from public;
revoke all on all routines in schema logs, lib_event, lib_events, changelog, platform from public;
grant usage on schema lib_event, lib_events, changelog to public;

do $grants$
declare
    routine record;
begin
    -- what an earlier version granted is taken back
    for routine in
        select p.oid::regprocedure as name
        from pg_catalog.pg_proc p
        cross join pg_catalog.aclexplode(p.proacl) a
        where p.pronamespace in ('logs'::regnamespace, 'lib_event'::regnamespace, 'changelog'::regnamespace)
          and p.proowner <> 'changelog_capture'::regrole
          and (p.prosecdef or p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype))
          and p.oid <> 'logs.redaction_hash(text)'::regprocedure
          and a.grantee = 'changelog_capture'::regrole
    loop
        execute pg_catalog.format('revoke all on function %s from changelog_capture', routine.name);
    end loop;

    -- what capture calls runs with the rights of capture: these bring none of their own
    for routine in
        select p.oid::regprocedure as name
        from pg_catalog.pg_proc p
        where p.pronamespace in ('logs'::regnamespace, 'lib_event'::regnamespace, 'changelog'::regnamespace)
          and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
          and not p.prosecdef
          and p.proowner <> 'changelog_capture'::regrole
    loop
        execute pg_catalog.format('grant execute on function %s to changelog_capture', routine.name);
    end loop;

    -- to use the key of the way hash, not to read it
    grant execute on function logs.redaction_hash(text) to changelog_capture;

    -- last, so that the privileges read the same after every install
    for routine in
        select p.oid::regprocedure as name
        from pg_catalog.pg_proc p
        where (p.pronamespace::regnamespace::text, p.proname::text) in (
            ('changelog', 'set_context'), ('lib_event', 'create'), ('lib_events', 'create'),
            -- PostgreSQL asks it of whoever makes a partition
            ('logs', 'capture_partition_change'))
    loop
        execute pg_catalog.format('grant execute on function %s to public', routine.name);
    end loop;
end
$grants$;
