-- changelog.reconciling_mark(): the value of changelog.reconciling that silences the DDL event triggers. It is 'on' in
-- a session that may reconcile (superusers, members of the owner or of the roles below, whatever role is set). In any
-- other session it is a secret that only these triggers themselves set, so a table owner who forges the setting is
-- followed like anyone else. Security definer: the secret is derived from changelog.redaction_key.
-- Writes nothing, notifies nothing.
create or replace function changelog.reconciling_mark()
    returns text
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select case
            when exists (
                select
                from pg_roles r
                where (r.rolname = current_user or r.rolname in ('changelog_owner', 'changelog_worker'))
                and pg_has_role(session_user, r.oid, 'member'))
                then 'on'
            else (select encode(sha256(k.inner_block || 'reconciling'), 'hex') from changelog.redaction_key k)
        end);
end
$function$;
comment on function changelog.reconciling_mark() is
    'The value of changelog.reconciling that silences the DDL event triggers';
