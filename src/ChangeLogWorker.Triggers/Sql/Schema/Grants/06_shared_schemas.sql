-- The event triggers that keep owners of shared schemas from replacing what of them is ChangeLog's
-- (changelog.keep_shared): only where there are such schemas. Where the role may have none, an install shares with
-- nobody who could.
do $grants$
declare
    wanted record;
begin
    for wanted in
        select w.*, cardinality(i.shared_schemas) > 0 as needed, e.oid is not null as made
        from changelog.installation i
        cross join (values
            ('changelog_shared_ddl', 'ddl_command_end', array[
                'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE', 'ALTER PROCEDURE', 'ALTER ROUTINE',
                'CREATE AGGREGATE', 'ALTER AGGREGATE', 'ALTER SCHEMA']),
            ('changelog_shared_drop', 'sql_drop', array[
                'DROP FUNCTION', 'DROP PROCEDURE', 'DROP ROUTINE', 'DROP AGGREGATE', 'DROP TABLE', 'DROP VIEW',
                'DROP SEQUENCE', 'DROP SCHEMA', 'DROP OWNED'])
        ) as w (name, event, tags)
        left join pg_catalog.pg_event_trigger e on e.evtname = w.name and e.evtenabled <> 'D' and e.evttags = w.tags
    loop
        continue when wanted.needed = wanted.made;
        execute pg_catalog.format('drop event trigger if exists %I', wanted.name);
        continue when not wanted.needed;
        execute pg_catalog.format(
            'create event trigger %I on %s when tag in (%s) execute function changelog.keep_shared()',
            wanted.name,
            wanted.event,
            (
                select pg_catalog.string_agg(pg_catalog.quote_literal(t.tag), ', ')
                from pg_catalog.unnest(wanted.tags) t (tag)));
    end loop;
exception when insufficient_privilege then
    null; -- installed by the schema's owner: Schema/InstallConditions.cs
end
$grants$;
