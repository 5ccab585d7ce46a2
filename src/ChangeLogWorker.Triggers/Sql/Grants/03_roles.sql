-- Roles that a DBA may have made, granted where they exist: changelog_owner everything; changelog_worker what the daemon
-- does (TRIGGER on the logged tables is the DBA's to grant); changelog_reader what people read; changelog_application
-- what an application calls and reads of events.
do $grants$
declare
    routine record;
    reads_routines text;
begin
    if to_regrole('changelog_owner') is not null then
        grant all on schema logs, lib_event, lib_events, changelog to changelog_owner;
        grant all on all tables in schema logs, lib_event, lib_events, changelog to changelog_owner;
        grant all on all sequences in schema logs, lib_event, lib_events, changelog to changelog_owner;
        grant execute on all routines in schema logs, lib_event, lib_events, changelog to changelog_owner;
    end if;

    if to_regrole('changelog_worker') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog to changelog_worker;
        grant select on all tables in schema logs, lib_event, lib_events, changelog to changelog_worker;
        grant insert, update, delete on all tables in schema changelog to changelog_worker;
        revoke insert, update, delete on changelog.script from changelog_worker;
        revoke insert on logs.transaction from changelog_worker;
        grant insert, update, delete on logs.change_details, logs.change_links to changelog_worker;
        grant usage, select, update on all sequences in schema lib_event, changelog to changelog_worker;
        grant execute on all routines in schema logs, lib_event, lib_events, changelog to changelog_worker;
        revoke all on changelog.redaction_key from changelog_worker;
        revoke execute on function changelog.redact_logged from changelog_worker;
    end if;

    if to_regrole('changelog_reader') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog to changelog_reader;
        grant select on all tables in schema logs, lib_event, lib_events, changelog to changelog_reader;
        grant select on all sequences in schema lib_event, changelog to changelog_reader;
        revoke all on changelog.redaction_key from changelog_reader;
    end if;

    if to_regrole('changelog_application') is not null then
        grant usage on schema lib_event, lib_events, changelog to changelog_application;
        grant execute on function lib_event.create, lib_events.create to changelog_application;
        grant select on all tables in schema lib_events to changelog_application;
    end if;

    -- the functions that views call run with the reader's rights
    reads_routines := concat_ws(', ', to_regrole('changelog_reader')::text, to_regrole('changelog_application')::text);
    if reads_routines = '' then
        return;
    end if;
    for routine in
        select p.oid::regprocedure as name
        from pg_catalog.pg_proc p
        where p.pronamespace in (
                  'logs'::regnamespace, 'lib_event'::regnamespace, 'lib_events'::regnamespace, 'changelog'::regnamespace)
          and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
          and (p.provolatile <> 'v' or p.oid = 'changelog.clock'::regproc)
          and not p.prosecdef
    loop
        execute pg_catalog.format('grant execute on function %s to %s', routine.name, reads_routines);
    end loop;
end
$grants$;
