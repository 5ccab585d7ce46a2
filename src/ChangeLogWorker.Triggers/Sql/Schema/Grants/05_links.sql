-- The role whose rights clear links, in a session of a login without any others: it may read and write linked_table and
-- linked_id of tables with a policy, and owns nothing, since the application's triggers on them run with its rights.
-- changelog.grant_link_rights grants what the policies need.
do $grants$
declare
    ours constant text[] := array['logs', 'lib_event', 'lib_events', 'changelog', 'platform'];
    kind text;
begin
    if to_regrole('changelog_links') is null then
        begin
            create role changelog_links nologin;
        exception when duplicate_object or unique_violation or insufficient_privilege then
            null; -- an install in another database of this cluster was faster, or a DBA is to make it
        end;
    end if;
    if to_regrole('changelog_links') is null then
        return;
    end if;

    -- revoke what an earlier version granted
    foreach kind in array array['table', 'sequence', 'routine'] loop
        execute pg_catalog.format('revoke all on %s %s from changelog_links', kind, changelog.own_list(kind, ours));
    end loop;
    revoke all on schema logs, lib_event, lib_events, changelog, platform from changelog_links;

    -- changelog is open to PUBLIC
    grant usage on schema logs to changelog_links;
    grant select on changelog.link_policy to changelog_links;
    grant execute on function
        changelog.links_login_problem, changelog.require_links_login, changelog.is_own_table, changelog.is_internal,
        changelog.is_own, changelog.link_target, changelog.link_tables, changelog.link_rights, changelog.link_problem,
        changelog.canonical, changelog.key_columns, changelog.lookup_condition, changelog.absent_targets,
        changelog.dangling_links, changelog.find_links, changelog.scan_links, changelog.clear_links,
        changelog.clean_table_links, changelog.sweep_links, logs.parse_uuid to changelog_links;
end
$grants$;
