-- changelog.links_login_problem(): why this session must not clear the application's links; null if it may. The
-- application's triggers run with the session's rights, a deferred one at commit with the login's, whatever role is
-- set: so the login may have the rights of changelog_links and no others. Writes nothing, notifies nothing.
create or replace function changelog.links_login_problem()
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with recursive held as (
        select r.oid from pg_roles r where r.rolname in (session_user, current_user)
        union
        select m.roleid
        from pg_auth_members m
        join held h on h.oid = m.member
    ), power as (
        select
            r.rolname,
            concat_ws(', ',
                case when r.rolsuper then 'is superuser' end,
                case when r.rolcreaterole then 'may create roles' end,
                case when r.rolcreatedb then 'may create databases' end,
                case when r.rolreplication then 'may replicate' end,
                case
                    when r.rolname not in (session_user, 'changelog_links') then 'is a role that it acts as'
                    when exists (
                        select
                        from pg_shdepend d
                        where d.refclassid = 'pg_authid'::regclass
                        and d.refobjid = r.oid
                        and d.deptype = 'o'
                        and d.dbid in (0, (select b.oid from pg_database b where b.datname = current_database())))
                        then 'owns objects'
                end) as what
        from held h
        join pg_roles r on r.oid = h.oid
    )
    select case
        when to_regrole('changelog_links') is null then
            'The role changelog_links is missing: '
            'let a DBA run deploy/database/create_roles.sql, then changelog install.'
        when not pg_has_role(session_user, 'changelog_links', 'usage') then format(
            'The login %s of ConnectionStrings:ChangeLogLinks lacks the rights of changelog_links. '
            'Let a DBA run: grant changelog_links to %1$s',
            quote_ident(session_user))
        else (
            select format(
                'The login %s of ConnectionStrings:ChangeLogLinks is refused, '
                'because triggers of the application run with its rights: %s. '
                || 'Use a separate login, a member of changelog_links and of nothing else.',
                quote_ident(session_user),
                string_agg(quote_ident(p.rolname) || ' ' || p.what, '; ' order by p.rolname))
            from power p
            where p.what <> ''
            having count(*) > 0)
    end
$function$;
comment on function changelog.links_login_problem() is
    'Why this session must not clear the application''s links; null if it may';
