-- The role that owns the capture functions: it may write the two tables and draw from the sequences, and nothing else.
-- to_jsonb runs a type's cast to json: with the installer's rights a plain user's cast would run as the installer.
do $grants$
declare
    routine record;
begin
    if to_regrole('changelog_capture') is null then
        begin
            create role changelog_capture nologin;
        exception when duplicate_object or unique_violation then
            null; -- an install in another database of this cluster was faster
        end;
    end if;
    if not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
        if current_setting('server_version_num')::integer < 160000 then
            if not pg_catalog.pg_has_role('changelog_capture', 'usage') then
                execute pg_catalog.format('grant changelog_capture to %I', current_user);
            end if;
        elsif not (pg_catalog.pg_has_role('changelog_capture', 'usage')
                   and pg_catalog.pg_has_role('changelog_capture', 'set')) then
            execute pg_catalog.format('grant changelog_capture to %I with inherit true, set true', current_user);
        end if;
    end if;

    grant usage on schema logs, lib_event, changelog to changelog_capture;
    grant insert on logs.transaction, logs.change to changelog_capture;
    grant usage on sequence lib_event.position to changelog_capture;
    -- read only: USAGE would let a user's cast advance it
    grant select on sequence changelog.awake_until to changelog_capture;
    -- currval and setval; within the block that runs casts nothing can set it
    grant select, update on sequence changelog.marked to changelog_capture;

    -- the context keys to redact
    grant select on changelog.key_redaction to changelog_capture;

    grant create on schema logs to changelog_capture;
    for routine in
        select p.oid::regprocedure as name
        from changelog.own_objects() o
        join pg_catalog.pg_proc p on p.oid = o.objid
        where o.kind = 'f'
          and o.schema = 'logs'
          and (starts_with(p.proname, 'capture_') or starts_with(p.proname, 'record_transaction'))
          and p.proowner <> 'changelog_capture'::regrole
    loop
        execute pg_catalog.format('alter function %s owner to changelog_capture', routine.name);
    end loop;
    revoke create on schema logs from changelog_capture;
end
$grants$;
