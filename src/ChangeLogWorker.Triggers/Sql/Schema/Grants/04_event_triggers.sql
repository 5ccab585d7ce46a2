-- The DDL event triggers, where the role may have them (a superuser, on managed servers its stand-in). Elsewhere new
-- and altered tables are found by the periodic reconcile.
do $grants$
declare
    wanted record;
begin
    for wanted in
        select *
        from (values
            ('changelog_ddl', 'ddl_command_end', 'changelog.follow_ddl', array[
                'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE INDEX', 'ALTER INDEX',
                'CREATE SCHEMA', 'ALTER SCHEMA', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
                'IMPORT FOREIGN SCHEMA', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW', 'CREATE EXTENSION',
                'ALTER EXTENSION', 'ALTER TYPE', 'CREATE CAST', 'CREATE TRIGGER', 'ALTER TRIGGER']),
            ('changelog_drop', 'sql_drop', 'changelog.follow_drop', array[
                'DROP TABLE', 'DROP INDEX', 'DROP SCHEMA', 'DROP OWNED', 'DROP EXTENSION', 'DROP FOREIGN TABLE',
                'DROP MATERIALIZED VIEW', 'ALTER TABLE', 'DROP TRIGGER', 'DROP FUNCTION', 'DROP ROUTINE']),
            ('changelog_rewrite', 'table_rewrite', 'changelog.follow_rewrite', array['ALTER TABLE'])
        ) as w (name, event, function, tags)
        left join pg_catalog.pg_event_trigger e on e.evtname = w.name
        where e.oid is null
           or e.evtenabled = 'D'
           or e.evtfoid <> to_regproc(w.function)
           or e.evttags is distinct from w.tags
    loop
        execute pg_catalog.format('drop event trigger if exists %I', wanted.name);
        execute pg_catalog.format(
            'create event trigger %I on %s when tag in (%s) execute function %s()',
            wanted.name,
            wanted.event,
            (select pg_catalog.string_agg(pg_catalog.quote_literal(tag), ', ') from pg_catalog.unnest(wanted.tags) tag),
            wanted.function);
    end loop;
exception when insufficient_privilege then
    raise notice 'ChangeLog: % may not make event triggers: new tables are picked up by the periodic reconcile',
        current_user;
end
$grants$;
