-- The role changelog_links owned functions, and the application's triggers run with its rights: they could alter what a session
-- of more rights called next. It owns nothing any more: what cleans links runs in a session that has its rights and no others.
do $migration$
declare
    routine regprocedure;
begin
    for routine in
        select p.oid
        from pg_catalog.pg_proc p
        where p.proowner = to_regrole('changelog_links')
        and p.pronamespace in (
            'logs'::regnamespace, 'lib_event'::regnamespace, 'lib_events'::regnamespace, 'changelog'::regnamespace,
            'platform'::regnamespace)
    loop
        execute pg_catalog.format('drop routine %s', routine);
    end loop;
end
$migration$;
-- where the role was not to be had, they are the owner's
drop function if exists changelog.find_links(oid, text[], text[], integer);
drop function if exists changelog.scan_links(oid, bigint, integer);
drop function if exists changelog.clear_links(oid, tid[], boolean);
drop function if exists changelog.clean_links(bigint[], timestamptz, timestamptz);
-- it says more
drop function if exists changelog.sweep_links(oid, bigint, integer, boolean);

alter table changelog.link_sweep add column findings text[] not null default '{}';
comment on column changelog.link_sweep.findings is 'What the last sweep could not judge or clear, as sentences';
