-- changelog.grant_link_rights(): grants the role changelog_links what the policies need, as far as the caller may;
-- returns what the owners of the other tables have to run, and which columns are not null.
-- Writes the privileges of the tables. Notifies nothing.
create or replace function changelog.grant_link_rights(out done text[], out missing text[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    lack record;
begin
    done := '{}';
    missing := '{}';
    -- concurrent grants on one table fail; the next statement sees what the first one granted
    if exists (select from changelog.link_rights() r where r.grantable) then
        perform changelog.take_lock('links');
    end if;
    for lack in select r.* from changelog.link_rights() r order by r.table_schema, r.table_name
    loop
        if lack.grantable then
            -- whole, never split: a table's name may contain any separator
            execute lack.statement;
            done := done || format('Links of %s.%s: %s', lack.table_schema, lack.table_name, lack.statement);
        else
            missing := missing || format(
                'Links of %s.%s cannot be cleared. Let its owner, or a DBA, run: %s',
                lack.table_schema, lack.table_name, lack.statement);
        end if;
    end loop;
    missing := missing || array(
        select format(
            'Links of %s.%s cannot be nulled, because %s is NOT NULL: '
            'set its policy to delete or keep (ChangeLog:Links:Policies).',
            l.table_schema, l.table_name, string_agg(a.attname, ' and ' order by a.attname))
        from changelog.link_tables() l
        join pg_attribute a on a.attrelid = l.table_oid and a.attname in ('linked_table', 'linked_id') and a.attnotnull
        where l.policy = 'nullify'
        group by l.table_schema, l.table_name
        order by l.table_schema, l.table_name);
end
$function$;
comment on function changelog.grant_link_rights() is 'Grants the role changelog_links what the policies require';
