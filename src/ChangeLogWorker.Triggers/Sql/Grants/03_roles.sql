-- Roles that a DBA may have made (deploy/database/create_roles.sql), granted where they exist: changelog_owner everything;
-- changelog_worker what the daemon does (triggers are made by changelog_owner in its stead); changelog_reader what people
-- read; changelog_application what an application calls, and reads of events. Whatever else they were granted is taken back, in
-- the transaction that grants it anew: who works meanwhile lacks nothing.
do $grants$
declare
    role_name text;
    kind text;
    routine record;
begin
    -- cascade: what they passed on too
    for role_name, kind in
        select r.name, k.name
        from unnest(array['changelog_worker', 'changelog_reader', 'changelog_application']) r (name)
        cross join unnest(array['', 'all tables in', 'all sequences in', 'all routines in']) k (name)
        where to_regrole(r.name) is not null
    loop
        execute pg_catalog.format(
            'revoke all on %s schema logs, lib_event, lib_events, changelog, platform from %I cascade', kind, role_name);
    end loop;

    if to_regrole('changelog_owner') is not null then
        grant all on schema logs, lib_event, lib_events, changelog, platform to changelog_owner;
        grant all on all tables in schema logs, lib_event, lib_events, changelog, platform to changelog_owner;
        grant all on all sequences in schema logs, lib_event, lib_events, changelog, platform to changelog_owner;
        grant execute on all routines in schema logs, lib_event, lib_events, changelog, platform to changelog_owner;
    end if;

    if to_regrole('changelog_worker') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog, platform to changelog_worker;
        grant select on all tables in schema logs, lib_event, lib_events, changelog to changelog_worker;
        grant select on platform.feature_flags to changelog_worker;
        -- how far it is, and what only its handlers read. What decides what is captured and redacted (settings, coverage), and
        -- what people read of the log, is written by functions of the owner, which leave an event or compute it
        grant insert, update on changelog.cursor, changelog.dead_letter to changelog_worker;
        grant insert, update, delete on
            changelog.handler_failure, changelog.worker,
            changelog.timeline_table, changelog.timeline_edge, changelog.timeline_key
            to changelog_worker;
        grant update (graph, skipped) on changelog.timeline to changelog_worker;
        grant update on changelog.announcer, changelog.link_sweep to changelog_worker;
        grant select on all sequences in schema lib_event, changelog to changelog_worker;
        grant update on sequence changelog.awake_until to changelog_worker;
        grant execute on all routines in schema logs, lib_event, lib_events, changelog, platform to changelog_worker;
        revoke all on changelog.redaction_key from changelog_worker;
        revoke execute on function changelog.redact_logged, changelog.redact_events, changelog.redact_contexts
            from changelog_worker;
        -- on a table of its own it could log what never was
        revoke execute on function logs.capture_row_change, logs.capture_truncate from changelog_worker;
    end if;

    if to_regrole('changelog_reader') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog, platform to changelog_reader;
        grant select on all tables in schema logs, lib_event, lib_events to changelog_reader;
        grant select on platform.audit_logs, platform.activity_logs, platform.user_audit_logs, platform.settings
            to changelog_reader;
        grant execute on function platform.feature_enabled, platform.setting, platform.link_gone to changelog_reader;
        -- of the schema changelog only what says which table was covered when, and which oids a log of another cluster holds
        grant select on
            changelog.coverage, changelog.current_coverage, changelog.cluster, changelog.recovered to changelog_reader;
        -- and which changes enrich gave up on: all of a transaction are shown
        grant select (handler, kind, position, logged_at) on changelog.dead_letter to changelog_reader;
        grant execute on function changelog.unhandled_changes, changelog.timelines, changelog.set_context to changelog_reader;
        -- logs.as_of: with the reader's own rights, and the rules, so that a row that is read from its table is redacted
        grant select on changelog.redaction_rule to changelog_reader;
        grant execute on function
            changelog.record_as_of, changelog.record_spellings, changelog.living_row, changelog.is_absent, changelog.key_condition,
            changelog.canonical, changelog.base_type, changelog.redaction_of, changelog.redact_living, changelog.redacted_columns,
            changelog.is_left_out, changelog.json_columns, changelog.text_columns, changelog.key_rules, changelog.text_hint,
            logs.capture_living
            to changelog_reader;

        -- the functions that views call run with the reader's rights
        for routine in
            select p.oid::regprocedure as name
            from pg_catalog.pg_proc p
            where (p.pronamespace in ('logs'::regnamespace, 'lib_event'::regnamespace, 'lib_events'::regnamespace)
                   or p.oid in (
                       'changelog.boundary'::regproc,
                       'changelog.known_cluster'::regproc,
                       'changelog.key_columns'::regproc))
              and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
              and p.provolatile <> 'v'
              and not p.prosecdef
        loop
            execute pg_catalog.format('grant execute on function %s to changelog_reader', routine.name);
        end loop;
    end if;

    if to_regrole('changelog_application') is not null then
        grant usage on schema lib_event, lib_events, changelog, platform to changelog_application;
        grant execute on function lib_event.create, lib_events.create, changelog.set_context to changelog_application;
        grant select on all tables in schema lib_events to changelog_application;
        grant insert on platform.audit_logs to changelog_application;
        grant select on platform.settings to changelog_application;
        grant execute on function platform.feature_enabled, platform.setting to changelog_application;
    end if;
end
$grants$;
