-- Roles that a DBA may have made (deploy/database/create_roles.sql), granted where they exist: changelog_owner
-- everything; changelog_worker what the daemon does (triggers are made by changelog_owner in its stead);
-- changelog_reader what people read; changelog_application what an application calls, and reads of events. Whatever
-- else they were granted is taken back, in the transaction that grants it anew: who works meanwhile lacks nothing.
do $grants$
declare
    role_name text;
    routine record;
    ours constant text[] := array['logs', 'lib_event', 'lib_events', 'changelog', 'platform'];
    tables constant text := changelog.own_list('table', ours);
    sequences constant text := changelog.own_list('sequence', ours);
    routines constant text := changelog.own_list('routine', ours);
begin
    -- cascade: also what they granted on
    for role_name in
        select r.name
        from unnest(array['changelog_worker', 'changelog_reader', 'changelog_application']) r (name)
        where to_regrole(r.name) is not null
    loop
        execute pg_catalog.format(
            'revoke all on schema logs, lib_event, lib_events, changelog, platform from %I cascade', role_name);
        execute pg_catalog.format('revoke all on table %s from %I cascade', tables, role_name);
        execute pg_catalog.format('revoke all on sequence %s from %I cascade', sequences, role_name);
        execute pg_catalog.format('revoke all on routine %s from %I cascade', routines, role_name);
    end loop;

    if to_regrole('changelog_owner') is not null then
        grant all on schema logs, lib_event, lib_events, changelog, platform to changelog_owner;
        execute pg_catalog.format('grant all on table %s to changelog_owner', tables);
        execute pg_catalog.format('grant all on sequence %s to changelog_owner', sequences);
        execute pg_catalog.format('grant execute on routine %s to changelog_owner', routines);
    end if;

    if to_regrole('changelog_worker') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog, platform to changelog_worker;
        execute pg_catalog.format(
            'grant select on table %s to changelog_worker',
            changelog.own_list('table', array['logs', 'lib_event', 'lib_events', 'changelog']));
        grant select on platform.feature_flags to changelog_worker;
        -- its progress, and what only its handlers read. What decides about capture and redaction (settings,
        -- coverage), and what people read of the log, is written by functions of the owner, which write an event or
        -- compute it
        grant insert, update on changelog.cursor, changelog.dead_letter to changelog_worker;
        grant insert, update, delete on
            changelog.handler_failure, changelog.worker,
            changelog.timeline_table, changelog.timeline_edge, changelog.timeline_key
            to changelog_worker;
        grant update (graph, skipped, keys_made) on changelog.timeline to changelog_worker;
        grant update on changelog.announcer, changelog.link_sweep to changelog_worker;
        execute pg_catalog.format(
            'grant select on sequence %s to changelog_worker',
            changelog.own_list('sequence', array['lib_event', 'changelog']));
        grant update on sequence changelog.awake_until to changelog_worker;
        execute pg_catalog.format('grant execute on routine %s to changelog_worker', routines);
        revoke all on changelog.redaction_key from changelog_worker;
        revoke execute on function changelog.redact_logged, changelog.redact_events, changelog.redact_contexts
            from changelog_worker;
        -- the reconcile calls it with the owner's rights; called directly it could leave a table uncaptured
        revoke execute on function changelog.suspend from changelog_worker;
        -- likewise: tampering would count as seen, and every transaction would check for a restore
        revoke execute on function
            changelog.see_triggers, changelog.expect_restore, changelog.make_capture_function,
            changelog.drop_capture_functions from changelog_worker;
        -- on another table it could forge changes
        revoke execute on function
            logs.capture_row_change, logs.capture_truncate, logs.capture_lookup from changelog_worker;
    end if;

    if to_regrole('changelog_reader') is not null then
        grant usage on schema logs, lib_event, lib_events, changelog, platform to changelog_reader;
        execute pg_catalog.format(
            'grant select on table %s to changelog_reader',
            changelog.own_list('table', array['logs', 'lib_event', 'lib_events']));
        grant select on platform.audit_logs, platform.activity_logs, platform.user_audit_logs, platform.settings
            to changelog_reader;
        grant execute on function platform.feature_enabled, platform.setting, platform.link_gone to changelog_reader;
        -- from changelog only when a table was captured, and the oids in another cluster's log
        grant select on
            changelog.coverage, changelog.current_coverage, changelog.cluster, changelog.recovered to changelog_reader;
        -- and which changes enrich gave up on: a transaction is shown in full
        grant select (handler, kind, position, logged_at) on changelog.dead_letter to changelog_reader;
        grant execute on function
            changelog.unhandled_changes, changelog.timelines, changelog.set_context to changelog_reader;
        -- for logs.as_of and logs.blame: with the reader's own rights; the rules, so that a row read from its table is
        -- redacted
        grant select on changelog.redaction_rule to changelog_reader;
        grant execute on function
            changelog.record_as_of, changelog.blame_record, changelog.record_changes, changelog.record_end,
            changelog.key_changes, changelog.key_change_of, changelog.logged_tables, changelog.is_gone,
            changelog.key_of, changelog.key_formats, changelog.current_row, changelog.is_absent,
            changelog.key_condition, changelog.reads_as_itself, changelog.is_trusted, changelog.type_carries_code,
            changelog.canonical, changelog.base_type, changelog.redaction_of, changelog.redact_current,
            changelog.redacted_columns, changelog.is_internal, changelog.is_own, changelog.json_columns,
            changelog.text_columns, changelog.key_rules, changelog.text_hint, changelog.target_tables,
            logs.capture_current to changelog_reader;
        -- likewise, for a whole table
        grant execute on function
            logs.as_of(anyelement, timestamptz), logs.as_of_rows, logs.normalized_key, changelog.past_rows,
            changelog.has_other_columns, changelog.read_plan, changelog.unfit_columns, changelog.typed_row,
            changelog.key_left, changelog.key_of, changelog.key_treatment, changelog.net_change, changelog.net_changes
            to changelog_reader;

        -- functions called by views run with the reader's rights
        for routine in
            select p.oid::regprocedure as name
            from changelog.own_objects() o
            join pg_catalog.pg_proc p on p.oid = o.objid
            where o.kind = 'f'
              and (o.schema in ('logs', 'lib_event', 'lib_events')
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
        execute pg_catalog.format(
            'grant select on table %s to changelog_application',
            changelog.own_list('table', array['lib_events']));
        grant insert on platform.audit_logs to changelog_application;
        grant select on platform.settings to changelog_application;
        grant execute on function platform.feature_enabled, platform.setting to changelog_application;
    end if;
end
$grants$;
