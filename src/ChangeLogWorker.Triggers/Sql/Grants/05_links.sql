-- The role with whose rights links are cleared, and users that are gone: it may read and write linked_table and
-- linked_id of tables that have a policy, and the columns that name a user, and nothing else, for the application's
-- triggers on them run with its rights. Where it cannot be made, only ChangeLog's own tables are cleaned, as their
-- owner. What a policy takes is granted by changelog.grant_link_rights.
do $grants$
declare
    routine regprocedure;
    is_super constant boolean := (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user);
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
    if not is_super and not (
        pg_catalog.pg_has_role('changelog_links', 'usage')
        and pg_catalog.pg_has_role('changelog_links', case
            when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end))
    then
        begin
            execute pg_catalog.format(
                'grant changelog_links to %I%s',
                current_user,
                case when current_setting('server_version_num')::integer >= 160000 then ' with inherit true, set true' else '' end);
        exception when insufficient_privilege then
            return;
        end;
    end if;

    -- changelog is open to PUBLIC
    grant usage on schema logs, platform to changelog_links;
    grant select on changelog.link_policy to changelog_links;
    grant select (ctid, linked_table, linked_id), update (linked_table, linked_id) on platform.global_settings to changelog_links;
    grant execute on function
        changelog.is_left_out, changelog.link_target, changelog.link_tables, changelog.link_rights, changelog.link_problem, changelog.canonical,
        changelog.absent_targets, changelog.gone_links, logs.parse_uuid,
        changelog.gone_users, changelog.user_columns, changelog.user_problem, changelog.each_user,
        changelog.is_gone_actor
        to changelog_links;
    grant select (id, created_by, updated_by, deleted_by), update (created_by, updated_by, deleted_by)
        on platform.feature_flags, platform.global_settings to changelog_links;
    grant create on schema changelog to changelog_links;
    foreach routine in array array[
        'changelog.find_links(oid, text[], text[], integer)'::regprocedure,
        'changelog.scan_links(oid, bigint, integer)'::regprocedure,
        'changelog.clear_links(oid, tid[], boolean)'::regprocedure,
        'changelog.find_named_users(oid, text, uuid, integer)'::regprocedure,
        'changelog.clear_named_users(oid, uuid[], integer, boolean)'::regprocedure]
    loop
        execute pg_catalog.format('alter function %s owner to changelog_links', routine);
    end loop;
    revoke create on schema changelog from changelog_links;
end
$grants$;
