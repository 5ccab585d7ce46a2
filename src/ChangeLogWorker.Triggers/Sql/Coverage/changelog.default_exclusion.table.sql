-- Working tables of tools, copies that would double the log. Only schemas and names that nothing but the tool uses.
create table changelog.default_exclusion (
    pattern text primary key,
    schema_like text not null,
    table_like text not null,
    tool text not null,
    is_off boolean not null default false
);
comment on table changelog.default_exclusion is
    'Exclusions that hold beside those of NON_LOGGED_TABLES (changelog.exclusion)';
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
insert into changelog.default_exclusion (pattern, schema_like, table_like, tool)
values ('*.pgosc_*', '%', 'pgosc' || chr(92) || '_%', 'pg-osc');
