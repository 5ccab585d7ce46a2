-- A schema may be the application's too: what of it is ChangeLog's is known by name (changelog.is_own), not by the schema.
alter table changelog.installation add column shared_schemas text[] not null default '{}';
comment on column changelog.installation.shared_schemas is 'Schemas that were there before, whose owner, privileges and comment are the application''s, and that an uninstall leaves';
-- noted by the install before it made any (Installation/SharedSchemas.cs)
update changelog.installation
set shared_schemas = string_to_array(nullif(current_setting('changelog.shared_schemas', true), ''), ',')
where nullif(current_setting('changelog.shared_schemas', true), '') is not null;
drop function if exists changelog.is_left_out(name);

-- Tables whose triggers were all disabled, as a restore does.
create table changelog.suspension (
    table_oid oid primary key,
    table_schema text not null,
    table_name text not null,
    db_user text,
    since timestamptz not null default clock_timestamp()
);
comment on table changelog.suspension is 'Tables that are not captured because a superuser disabled all of their triggers, until these are enabled again';
comment on column changelog.suspension.db_user is 'Null: found by a reconcile, which does not know';

-- Each installation numbers from where no earlier one can have got to, a million positions a second: a log that is
-- restored into another installation meets none of its positions, whichever of them came first. Below 2^53 for 285 years, so that
-- readers of JSON are safe. The clusters likewise, so that the last is the one at hand.
do $migration$
declare
    seconds constant bigint := extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00+00')::bigint;
begin
    if current_setting('changelog.first_install', true) = 'on' and seconds > 0 then
        perform setval('lib_event.position', seconds * 1000000);
        delete from changelog.cluster;
        execute format('alter table changelog.cluster alter column number restart with %s', seconds);
        insert into changelog.cluster (system_identifier, boundary, boundary_snapshot)
        select s.system_identifier, 0, '1:1:'
        from pg_control_system() s;
    end if;
end
$migration$;

-- Working tables of tools: copies that would double the log. Schemas that belong to the tool by its name alone.
create table changelog.default_exclusion (
    pattern text primary key,
    schema_like text not null,
    table_like text not null,
    tool text not null,
    is_off boolean not null default false
);
comment on table changelog.default_exclusion is 'Exclusions that hold beside those of NON_LOGGED_TABLES (changelog.exclusion)';
comment on column changelog.default_exclusion.tool is 'Whose tables these are';
comment on column changelog.default_exclusion.is_off is 'Taken in by !pattern in NON_LOGGED_TABLES';
insert into changelog.default_exclusion (pattern, schema_like, table_like, tool)
select d.schema || '.*', replace(replace(d.schema, '_', chr(92) || '_'), '*', '%'), '%', d.tool
from (values
    ('repack', 'pg_repack'),
    ('squeeze', 'pg_squeeze'),
    ('_timescaledb_*', 'TimescaleDB'),
    ('pgroll', 'pgroll'),
    ('pglogical', 'pglogical'),
    ('cron', 'pg_cron'),
    ('partman', 'pg_partman'),
    ('pgq', 'PgQ'),
    ('pgq_node', 'PgQ'),
    ('londiste', 'Londiste')
) as d (schema, tool);
