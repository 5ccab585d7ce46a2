-- changelog.is_own(schema, name): whether a relation is ChangeLog's, by its name: its schemas may be shared with the
-- application, whose objects in them are the application's. A log partition stays ours when it is detached. Names
-- that a version adds are added here (a test compares them with the catalog). Inlined, and readable without any
-- right. Writes nothing, notifies nothing.
create or replace function changelog.is_own(schema name, name name)
    returns boolean
    language sql
    immutable
    parallel safe
as $function$
    select case schema
        when 'logs' then name in (
                'transaction', 'change', 'change_details', 'change_links', 'change_table', 'request_backfill',
                'changes', 'foreign_key')
            or name ~ '^(transaction|change|change_details|change_links)_(default|[0-9]{4}_[0-9]{2})$'
        when 'lib_event' then name in ('event', 'position')
        when 'lib_events' then name = 'events'
        when 'platform' then name in (
            'activity_logs', 'user_audit_logs', 'feature_flags', 'global_settings', 'audit_logs', 'settings')
        when 'changelog' then name in (
            'announcer', 'awake_until', 'capture_setting', 'cluster', 'coverage', 'cursor', 'dead_letter',
            'default_exclusion', 'exclusion', 'handler_failure', 'installation', 'key_redaction', 'link_policy',
            'link_sweep', 'lock', 'marked', 'recovered', 'redaction_key', 'redaction_rule', 'script', 'seen_trigger',
            'suspension', 'sweep', 'timeline', 'timeline_edge', 'timeline_key', 'timeline_table', 'worker',
            'current_coverage', 'handler_behind', 'handler_status', 'platform_user', 'running_worker', 'users_link')
        else false
    end
$function$;
comment on function changelog.is_own(name, name) is 'Whether a relation is ChangeLog''s, by its name';
