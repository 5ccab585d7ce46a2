-- The roles of ChangeLog, for a DBA to run once in the database, before "changelog install":
--     psql --set ON_ERROR_STOP=1 --dbname shop --file deploy/database/create_roles.sql
-- None of them logs in: logins are made members. May be run again. What each may do is granted by "changelog install".
-- Run by a superuser where others may create functions: no name in it may lead to one of theirs.
set search_path = pg_catalog, pg_temp;
do $roles$
declare
    wanted text;
begin
    foreach wanted in array array[
        'changelog_capture',      -- owns the functions that triggers call; nobody is to use it
        'changelog_links',        -- clears links to records that are gone, and may do nothing else, for code of others runs as it
        'changelog_owner',        -- owns ChangeLog's schemas: installs, upgrades, uninstalls
        'changelog_worker',       -- the daemon, the verbs run, reconcile, status, dead-letters and rebuild
        'changelog_reader',       -- people who ask: history, blame, transaction, timeline, the views; not the worker's state
        'changelog_application'   -- the application: contexts, events, entries of its own in the audit; not the log
    ] loop
        if to_regrole(wanted) is null then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;

    -- the owner hands the functions that run casts of the application's over to the role that does nothing else
    if current_setting('server_version_num')::integer >= 160000 then
        execute 'grant changelog_capture to changelog_owner with inherit true, set true';
    else
        execute 'grant changelog_capture to changelog_owner';
    end if;
    execute format('grant create on database %I to changelog_owner', current_database());
end
$roles$;
reset search_path;

-- What only the DBA can decide, for each schema whose tables are to be logged. TRIGGER lets the owner cover the tables, those
-- to come as well; the worker is not to have it, for its code could run as whoever writes to the table (where an earlier version
-- asked for it: revoke trigger on all tables in schema public from changelog_worker). The owner asks the users' table
-- (ChangeLog:Platform:UsersTable) who is a user, and refers to it where ChangeLog:Platform:ForeignKeys asks for that.
--
--     grant usage on schema public to changelog_owner;
--     grant trigger on all tables in schema public to changelog_owner;
--     alter default privileges for role shop in schema public grant trigger on tables to changelog_owner;
--     grant usage on schema auth to changelog_owner;
--     grant select (id) on auth.users to changelog_owner;
--     grant references (id) on auth.users to changelog_owner; -- for foreign keys
--
-- For each table whose links are to be cleared (ChangeLog:Links): its linked_table and linked_id, DELETE where that is the
-- policy; and for each table that they lead to, the key, by which is seen whether a record is gone: with the rights of
-- changelog_capture, for reading may run code of the table's owner. changelog links and the worker's log say which are missing.
--
--     grant usage on schema public to changelog_links, changelog_capture;
--     grant select (ctid, linked_table, linked_id), update (linked_table, linked_id) on public.notes to changelog_links;
--     grant select (id) on public.students to changelog_capture;
--
-- For each timeline (ChangeLog:Timelines): the owner makes its table beside the root; the worker reads the root (its key, all
-- of it where it has a stage) and the tables that lead to it from others; readers come to its schema. What it takes to fill
-- and read the table itself is granted by whoever makes it. changelog install and the worker say which of these are missing,
-- before they change anything.
--
--     grant usage, create on schema public to changelog_owner;
--     grant references (id) on public.plans to changelog_owner; -- for foreign keys
--     grant usage on schema public to changelog_worker;
--     grant select on public.plans, public.sections to changelog_worker;
--     grant usage on schema public to changelog_reader;
--
-- Logins, and which role each acts as:
--
--     create role deployer login in role changelog_owner;
--     alter role deployer set role to changelog_owner;
--     create role changelog_daemon login in role changelog_worker;
--     create role changelog_cleaner login in role changelog_links;   -- ConnectionStrings:ChangeLogLinks, and nothing else
--     grant changelog_reader to support;
--     grant changelog_application to shop;
