-- changelog.link_rights(target): what the role changelog_links lacks to clear the links of tables with a policy, and
-- whether the caller may grant it. Without that role only ChangeLog's own table is cleaned.
-- Writes nothing, notifies nothing.
create or replace function changelog.link_rights(target oid default null)
    returns table (table_oid oid, table_schema text, table_name text, statement text, grantable boolean)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select
        l.table_oid,
        l.table_schema,
        l.table_name,
        case
            when m.role is null then
                'create role changelog_links nologin, as deploy/database/create_roles.sql does, and changelog install'
            else concat_ws('; ',
                case when m.lacks_schema then format('grant usage on schema %I to changelog_links', l.table_schema) end,
                case when m.lacks_table then format(
                    'grant select (ctid, linked_table, linked_id), update (linked_table, linked_id)%s on %I.%I '
                    'to changelog_links',
                    case when l.policy = 'delete' then ', delete' else '' end,
                    l.table_schema,
                    l.table_name) end)
        end,
        m.role is not null
            and pg_has_role(c.relowner, 'usage')
            and (not m.lacks_schema or pg_has_role(n.nspowner, 'usage')
                or has_schema_privilege(n.oid, 'usage with grant option'))
    from changelog.link_tables(link_rights.target) l
    join pg_class c on c.oid = l.table_oid
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
        select
            r.role,
            not has_schema_privilege(r.role, n.oid, 'usage') as lacks_schema,
            not (has_column_privilege(r.role, l.table_oid, 'ctid', 'select')
                and has_column_privilege(r.role, l.table_oid, 'linked_table', 'select')
                and has_column_privilege(r.role, l.table_oid, 'linked_id', 'select')
                and has_column_privilege(r.role, l.table_oid, 'linked_table', 'update')
                and has_column_privilege(r.role, l.table_oid, 'linked_id', 'update')
                and (l.policy <> 'delete' or has_table_privilege(r.role, l.table_oid, 'delete'))) as lacks_table
        from (select to_regrole('changelog_links')::oid) r (role)
    ) m
    where l.policy in ('nullify', 'delete')
    and not changelog.is_own_table(l.table_oid)
    and case when m.role is not null then m.lacks_schema or m.lacks_table else true end
$function$;
comment on function changelog.link_rights(oid) is
    'What the role changelog_links lacks to clear links, and whether the caller may grant it';
