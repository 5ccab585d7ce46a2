-- changelog.may_look_up(target, columns): whether the role changelog_capture may read some columns of a table.
-- Writes nothing, notifies nothing.
create or replace function changelog.may_look_up(target oid, columns text[])
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select bool_and(
        has_schema_privilege('changelog_capture', c.relnamespace, 'usage')
        and has_column_privilege('changelog_capture', c.oid, k.name, 'select'))
    from pg_class c
    cross join unnest(columns) k (name)
    where c.oid = target
$function$;
comment on function changelog.may_look_up(oid, text[]) is
    'Whether the role changelog_capture may read some columns of a table';
