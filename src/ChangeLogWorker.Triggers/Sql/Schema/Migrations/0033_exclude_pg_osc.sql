-- The working copies of pg-osc, which rewrites a table beside itself, as in changelog.default_exclusion's own file.
insert into changelog.default_exclusion (pattern, schema_like, table_like, tool)
values ('*.pgosc_*', '%', 'pgosc' || chr(92) || '_%', 'pg-osc')
on conflict (pattern) do nothing;
